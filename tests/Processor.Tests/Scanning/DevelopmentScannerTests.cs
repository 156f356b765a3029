using Pipeline.Processor.Scanning;

namespace Pipeline.Processor.Tests.Scanning;

public sealed class DevelopmentScannerTests : MalwareScannerContract
{
    protected override IMalwareScanner Scanner => new DevelopmentScanner();

    [Fact]
    public async Task Its_name_says_how_little_it_knows()
    {
        (await Files.ScanAsync(Scanner, [])).Scanner.ShouldBe("development scanner (EICAR only)");
    }
}
