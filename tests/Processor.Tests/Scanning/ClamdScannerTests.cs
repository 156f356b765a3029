using Pipeline.Processor.Scanning;

namespace Pipeline.Processor.Tests.Scanning;

[Collection(RealClamd.Name)]
public sealed class ClamdScannerTests(ClamdFixture clamd) : MalwareScannerContract
{
    protected override IMalwareScanner Scanner => clamd.Scanner;

    [Fact]
    public async Task EICAR_in_a_zip_is_infected()
    {
        var verdict = await Files.ScanAsync(clamd.Scanner, Files.Zip(Eicar.Bytes));

        verdict.ShouldBeOfType<ScanVerdict.Infected>();
    }

    [Fact]
    public async Task The_scanner_is_named_by_its_version()
    {
        var verdict = await Files.ScanAsync(clamd.Scanner, [1, 2, 3]);

        verdict.Scanner.ShouldStartWith("ClamAV ");
    }

    [Fact]
    public async Task No_bytes_are_clean()
    {
        (await Files.ScanAsync(clamd.Scanner, [])).ShouldBeOfType<ScanVerdict.Clean>();
    }

    [Theory]
    [InlineData(ClamdFixture.StreamMaxLength - 1)]
    [InlineData(ClamdFixture.StreamMaxLength)]
    public async Task A_file_up_to_StreamMaxLength_is_scanned_to_its_last_byte(int length)
    {
        var file = new byte[length];
        Eicar.Bytes.CopyTo(file.AsMemory(length - Eicar.Bytes.Length));

        (await Files.ScanAsync(clamd.Scanner, file)).ShouldBeOfType<ScanVerdict.Infected>();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(65_536)]
    [InlineData(30_000_000)]
    public async Task A_file_above_StreamMaxLength_is_not_called_clean(int above)
    {
        var verdict = await Files.ScanAsync(clamd.Scanner, new byte[ClamdFixture.StreamMaxLength + above]);

        verdict.ShouldBeOfType<ScanVerdict.LimitExceeded>().Limit.ShouldBe("StreamMaxLength");
    }

    [Fact]
    public async Task An_archive_deeper_than_clamd_looks_is_not_called_clean()
    {
        var archive = Files.Zip(new byte[] { 1 });
        for (var layer = 0; layer < 101; layer++)
            archive = Files.Zip(archive);

        var verdict = await Files.ScanAsync(clamd.Scanner, archive);

        verdict.ShouldBeOfType<ScanVerdict.LimitExceeded>().Limit.ShouldBe("MaxRecursion");
    }

    [Fact]
    public async Task A_damaged_photo_is_clean()
    {
        (await Files.ScanAsync(clamd.Scanner, "GIF89a\u0001\0"u8.ToArray())).ShouldBeOfType<ScanVerdict.Clean>();
    }
}
