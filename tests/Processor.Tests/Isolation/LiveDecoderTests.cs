using Pipeline.Imaging.Isolation;

namespace Pipeline.Processor.Tests.Isolation;

/// <summary>System calls of code that controls a decoder: each call is made inside a decoder that decodes images before and after.</summary>
public sealed class LiveDecoderTests(LiveDecoder live) : IClassFixture<LiveDecoder>
{
    private const int NotPermitted = -1, NoSuchCall = -38, Denied = -13;
    private const int BadSystemCall = 31;

    public static TheoryData<string> Harmful => [.. ForbiddenCalls.Harmful.Keys];

    public static TheoryData<string> Others => [.. ForbiddenCalls.Others.Keys];

    [Theory]
    [MemberData(nameof(Harmful))]
    public void It_is_refused_what_others_may(string name)
    {
        live.Outside(ForbiddenCalls.Harmful[name]).ShouldBeGreaterThanOrEqualTo(0, "or this test shows nothing");

        live.Inside(ForbiddenCalls.Harmful[name]).ShouldBeOneOf(NotPermitted, NoSuchCall);
        SecretIsUntouched();
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void It_is_refused_what_no_decoder_needs(string name)
    {
        live.Inside(ForbiddenCalls.Others[name]).ShouldBeOneOf(NotPermitted, NoSuchCall);
        SecretIsUntouched();
    }

    [Fact]
    public void It_is_told_that_calls_of_newer_kernels_are_not_there() =>
        live.Inside(ForbiddenCalls.Others["a call that is not there yet"]).ShouldBe(NoSuchCall);

    [Fact]
    public async Task It_goes_on_decoding_when_it_was_refused_all_of_them()
    {
        foreach (var call in ForbiddenCalls.Harmful.Values.Concat(ForbiddenCalls.Others.Values)) live.Inside(call);

        await live.Work();
        live.Bench.Processes().ShouldBe([live.Id]);
    }

    [Fact]
    public async Task Numbers_of_the_second_set_end_it()
    {
        await using var bench = new DecoderBench();
        await bench.Pool.StartAsync(CancellationToken.None);

        const int getpid = 0x40000000 + 39;
        Puppet.Play(bench.Processes().ShouldHaveSingleItem(), puppet =>
        {
            puppet.Call(getpid);
            return puppet.Killed;
        }).ShouldBe(BadSystemCall);
    }

    [Fact]
    public void It_reads_its_program_but_not_what_lies_beside()
    {
        var folder = Path.GetDirectoryName(typeof(DecoderLoop).Assembly.Location)!;
        string[] secrets = ["appsettings.json", "appsettings.Production.json", ".env", "key.pem", "assets.db"];
        try
        {
            foreach (var name in secrets)
            {
                File.WriteAllText(Path.Combine(folder, name), "{}");
                Refused(Path.Combine(folder, name));
            }
        }
        finally
        {
            foreach (var name in secrets) File.Delete(Path.Combine(folder, name));
        }

        Refused(folder);
        LiveDecoder.Read(live.Id, Path.Combine(folder, "Pipeline.Processor.dll")).ShouldBeGreaterThan(0, "or this test shows nothing");
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/tmp")]
    [InlineData("/etc/passwd")]
    [InlineData("/etc/hostname")]
    [InlineData("/etc")]
    [InlineData("/home")]
    [InlineData("/var")]
    [InlineData("/run")]
    [InlineData("/usr")]
    [InlineData("/usr/bin/sh")]
    [InlineData("/usr/lib")]
    [InlineData("/usr/share")]
    [InlineData("/dev")]
    [InlineData("/proc")]
    [InlineData("/proc/1/cmdline")]
    [InlineData("/proc/net/tcp")]
    [InlineData("/proc/cmdline")]
    [InlineData("/proc/self/net/tcp")]
    [InlineData("/proc/self/mountinfo")]
    [InlineData("/proc/self/environ")]
    [InlineData("/proc/self/root")]
    [InlineData("/proc/self/root/etc/passwd")]
    [InlineData("/sys")]
    [InlineData("/sys/fs/cgroup")]
    [InlineData("/sys/class")]
    public void It_reads_nothing_of_the_system_but_libraries(string path) => Refused(path);

    [Theory]
    [InlineData("environ")]
    [InlineData("cmdline")]
    [InlineData("maps")]
    [InlineData("mem")]
    [InlineData("fd")]
    [InlineData("stat")]
    [InlineData("root/etc/passwd")]
    [InlineData("cwd")]
    public void It_reads_nothing_of_its_worker(string entry) => Refused($"/proc/{Environment.ProcessId}/{entry}");

    [Fact]
    public void It_reads_nothing_of_other_images_and_decoders()
    {
        var other = Directory.CreateDirectory(Path.Combine(live.Bench.WorkFolder, "other")).FullName;
        File.WriteAllText(Path.Combine(other, "source"), "another person's");

        Refused(Path.Combine(other, "source"));
        Refused(live.Bench.WorkFolder);
        Refused(live.Secret);
    }

    private void Refused(string path)
    {
        LiveDecoder.Read(live.Free, path).ShouldBeGreaterThanOrEqualTo(0, "or this test shows nothing");
        LiveDecoder.Read(live.Id, path).ShouldBe(Denied);
    }

    private void SecretIsUntouched()
    {
        File.ReadAllText(live.Secret).ShouldBe("not for decoders");
        File.GetUnixFileMode(live.Secret).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.GetLastWriteTimeUtc(live.Secret).ShouldBe(DateTime.UnixEpoch);
    }
}
