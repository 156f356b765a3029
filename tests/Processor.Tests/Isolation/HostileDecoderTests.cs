using Pipeline.Contracts;
using Pipeline.Imaging;
using Pipeline.Imaging.Isolation;
using Pipeline.Imaging.Profiles;
using Pipeline.Processor.Tests.Imaging;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Isolation;

/// <summary>Compromised decoders, simulated by a shell script whose replies the test sets.</summary>
public sealed class HostileDecoderTests : IDisposable
{
    private const string Hello = """{"Hello":{"Version":"scripted 1","Protection":{"Calls":true,"Files":true,"Sealed":true}}}""";
    private const string Placeholder = """{"ThumbHash":"1QcSHQRnh493V4dIh4eXh1h4kJUI","DataUrl":"data:image/webp;base64,AAAA","Color":"#aabbcc"}""";
    private const string Variant = """{"Name":"w320","Format":"jpeg","Width":320,"Height":200,"Path":"out/w320.jpg","Bytes":1,"Sha256":"-"}""";

    private const string Inspected = """{"Facts":{"ContentType":"image/jpeg","Width":320,"Height":200,"Frames":1}}""";
    private const string Rendered = """{"Rendering":{"Variants":[""" + Variant + """],"Placeholder":""" + Placeholder + "}}";

    private readonly TempFolder _scripts = new();

    [Fact]
    public async Task The_script_can_play_an_honest_decoder()
    {
        var judged = await Render(Rendered);

        judged.Rejection.ShouldBeNull();
        judged.Value.Engine.ShouldBe("scripted 1");
        judged.Value.Variants.ShouldHaveSingleItem().Bytes.ShouldBe(6);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"Other":1}""")]
    [InlineData("""{"Facts":{"ContentType":"image/jpeg","Width":1,"Height":1,"Frames":1},"OutOfMemory":true}""")]
    [InlineData("""{"Facts":{"ContentType":"image/jpeg","Width":1,"Height":1,"Frames":1}}\n{}""")]
    [InlineData("""{"Facts":{"ContentType":"text/html","Width":1,"Height":1,"Frames":1}}""")]
    [InlineData("""{"Facts":{"ContentType":"image/jpeg","Width":-1,"Height":1,"Frames":1}}""")]
    [InlineData("""{"Facts":{"ContentType":"image/jpeg","Width":30000,"Height":30000,"Frames":1}}""")]
    [InlineData("""{"Facts":{"ContentType":"image/jpeg","Width":1,"Height":1,"Frames":2000}}""")]
    [InlineData("""{"Facts":{"Width":1,"Height":1,"Frames":1}}""")]
    [InlineData("""{"Rejection":{"Code":"infected","Reason":"No."}}""")]
    [InlineData("""{"Rejection":{"Code":"<b>","Reason":"No."}}""")]
    [InlineData("""{"Hello":{"Version":"again","Protection":{"Calls":true,"Files":true,"Sealed":true}}}""")]
    public async Task What_an_inspection_cannot_answer_counts_as_a_crash(string reply)
    {
        await using var bench = Bench(reply);

        (await bench.Engine.InspectAsync(Source(bench), CancellationToken.None)).Rejection?.Code.ShouldBe(RejectionCode.DecoderCrashed);
    }

    [Theory]
    [InlineData("w320", "../w320", "name")]
    [InlineData("w320", "W 320", "name")]
    [InlineData("\"jpeg\"", "\"svg+xml\"", "format")]
    [InlineData("\"jpeg\"", "\"webp\"", "another format than the bytes")]
    [InlineData(":320", ":0", "no width")]
    [InlineData(":200", ":100000", "too high")]
    [InlineData("out/w320.jpg", "/etc/passwd", "foreign path")]
    [InlineData("out/w320.jpg", "out/missing.jpg", "no file")]
    [InlineData("#aabbcc", "red;background:url(//x)", "colour")]
    [InlineData("data:image/webp;base64,AAAA", "javascript:alert(1)", "data URI")]
    [InlineData("1QcSHQRnh493V4dIh4eXh1h4kJUI", "<script>", "ThumbHash")]
    public async Task What_a_rendering_cannot_answer_counts_as_a_crash(string honest, string hostile, string because)
    {
        var reply = Rendered.Replace(honest, hostile);

        (await Render(reply)).Rejection?.Code.ShouldBe(RejectionCode.DecoderCrashed, because);
    }

    [Fact]
    public async Task A_line_without_an_end_counts_as_a_crash()
    {
        await using var bench = Bench($$"""{"Fault":"{{new string('x', Lines.MaxLength)}}"}""");

        (await bench.Engine.InspectAsync(Source(bench), CancellationToken.None)).Rejection?.Code.ShouldBe(RejectionCode.DecoderCrashed);
    }

    [Fact]
    public async Task A_reason_is_made_short_and_plain()
    {
        await using var bench = Bench("""{"Rejection":{"Code":"corrupt","Reason":"\\u001b[31mBad\\u202e.\\n""" + new string('x', 1000) + "\"}}");

        var reason = (await bench.Engine.InspectAsync(Source(bench), CancellationToken.None)).Rejection!.Reason;

        reason.ShouldStartWith("[31mBad.x");
        reason.Length.ShouldBeLessThanOrEqualTo(300);
    }

    [Fact]
    public async Task A_fault_is_ours_and_rejects_nothing()
    {
        await using var bench = Bench("""{"Fault":"IOException: something"}""");

        await Should.ThrowAsync<DecoderException>(bench.Engine.InspectAsync(Source(bench), CancellationToken.None));
    }

    [Fact]
    public async Task An_error_that_a_file_causes_twice_is_a_verdict_on_the_file()
    {
        await using var bench = Bench("""{"Thrown":"InvalidOperationException: something"}""");

        (await bench.Engine.InspectAsync(Source(bench), CancellationToken.None)).Rejection?.Code.ShouldBe(RejectionCode.DecoderCrashed);
    }

    [Fact]
    public async Task A_missing_library_stops_the_start_with_the_words_of_the_decoder()
    {
        await using var bench = Bench("", hello: """{"Missing":"libvips.so.42 was not found."}""");

        (await Should.ThrowAsync<NativeLibraryMissingException>(bench.Pool.StartAsync(CancellationToken.None))).Message.ShouldBe("libvips.so.42 was not found.");
    }

    [Fact]
    public async Task A_decoder_that_never_greets_stops_the_start()
    {
        await using var bench = Bench("", hello: "What?");

        await Should.ThrowAsync<DecoderException>(bench.Pool.StartAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Whoever_demands_the_sandbox_does_not_start_without_a_part_of_it()
    {
        await using var bench = Bench("", hello: """{"Hello":{"Version":"scripted 1","Protection":{"Calls":true,"Files":true,"Sealed":false}}}""", new DecoderOptions { RequireSandbox = true });

        (await Should.ThrowAsync<SandboxMissingException>(bench.Pool.StartAsync(CancellationToken.None)))
            .Message.ShouldContain("OTHER PROGRAMS CAN BE RUN");
    }

    public void Dispose() => _scripts.Dispose();

    private static string Source(DecoderBench bench) => bench.Photos.Write("source", "no image, which the script does not mind"u8);

    private async Task<StepResult<Rendering>> Render(string reply)
    {
        await using var bench = Bench(Inspected, rendered: reply);
        var output = Directory.CreateDirectory(bench.Photos.Path("taken")).FullName;
        var source = Source(bench);
        await using var image = (await bench.Engine.OpenAsync(source, CancellationToken.None)).Value;
        return await image.RenderAsync(new RenderRequest(source, image.Facts, new Profile(), output), CancellationToken.None);
    }

    private DecoderBench Bench(string reply, string hello = Hello, DecoderOptions? options = null, string rendered = "")
    {
        File.WriteAllText(_scripts["reply"], reply);
        File.WriteAllText(_scripts["rendered"], rendered);
        File.WriteAllText(_scripts["decoder.sh"], $"""
            printf '%s\n' '{hello}'
            while read -r request; do
                reply=$(<'{_scripts["reply"]}')
                case $request in *'"Render"'*) reply=$(<'{_scripts["rendered"]}') ;; esac
                printf '\xff\xd8\xff\xe0ab' > out/w320.jpg
                printf '%b\n' "$reply"
            done
            """);
        return new DecoderBench(options, new DecoderProgram("/bin/bash", [_scripts["decoder.sh"]], [_scripts.Path]));
    }
}
