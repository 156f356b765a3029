using System.Diagnostics;
using System.Text.Json;
using Pipeline.Imaging;
using Pipeline.Imaging.Isolation;
using Pipeline.Imaging.Profiles;
using Pipeline.Processor.Tests.Imaging;

namespace Pipeline.Processor.Tests.Isolation;

/// <summary>Workers on older and newer machines: an asset of one must not be stale for the other, nor have other bytes under the same key.</summary>
public sealed class MixedFleetTests : IDisposable
{
    private readonly Workbench _bench = new();

    [Fact]
    public async Task A_worker_without_avx2_has_the_same_engine_and_makes_the_same_bytes()
    {
        var photo = _bench.Photos.Photo("photo.jpg", 1501, 901);
        var profile = new Profile { WebpEffort = 0 };
        var here = await _bench.Render(photo, profile);
        using var decoder = Start();

        var hello = await ReadAsync(decoder);
        await AskAsync(decoder, new DecoderRequest
        {
            Limits = new ImageLimits(),
            Render = new RenderRequest(photo, new ImageFacts("image/jpeg", 1501, 901, 1), profile, Directory.CreateDirectory(_bench.Photos.Path("there")).FullName),
        });
        var there = (await ReadAsync(decoder)).Rendering.ShouldNotBeNull();
        decoder.StandardInput.Close();

        hello.Hello!.Version.ShouldBe(_bench.Engine.Version);
        there.Variants.Select(variant => (variant.Name, variant.Format, variant.Sha256))
            .ShouldBe(here.Variants.Select(variant => (variant.Name, variant.Format, variant.Sha256)));
    }

    public void Dispose() => _bench.Dispose();

    private static Process Start()
    {
        var program = DecoderProgram.Find();
        var start = new ProcessStartInfo(program.File, program.Arguments) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["DOTNET_EnableAVX2"] = "0";
        return Process.Start(start)!;
    }

    private static async Task AskAsync(Process decoder, DecoderRequest request)
    {
        await decoder.StandardInput.WriteLineAsync(JsonSerializer.Serialize(request, DecoderJson.Default.DecoderRequest));
        await decoder.StandardInput.FlushAsync();
    }

    private static async Task<DecoderReply> ReadAsync(Process decoder) =>
        JsonSerializer.Deserialize((await decoder.StandardOutput.ReadLineAsync())!, DecoderJson.Default.DecoderReply)!;
}
