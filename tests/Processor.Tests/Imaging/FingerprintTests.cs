using Pipeline.Processor.Imaging;

namespace Pipeline.Processor.Tests.Imaging;

public sealed class FingerprintTests
{
    [Fact]
    public void Profile_and_engine_make_the_fingerprint_and_nothing_else()
    {
        var fingerprint = Recipe.Fingerprint(new Profile(), "engine 1");

        fingerprint.ShouldMatch(@"\A[0-9a-f]{16}\z");
        Recipe.Fingerprint(new Profile(), "engine 1").ShouldBe(fingerprint);
        Recipe.Fingerprint(new Profile(), "engine 2").ShouldNotBe(fingerprint);
        Recipe.Fingerprint(new Profile { JpegQuality = 84 }, "engine 1").ShouldNotBe(fingerprint);
    }
}
