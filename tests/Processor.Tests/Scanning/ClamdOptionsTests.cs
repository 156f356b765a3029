using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Pipeline.Processor.Scanning;

namespace Pipeline.Processor.Tests.Scanning;

public sealed class ClamdOptionsTests
{
    [Theory]
    [InlineData("tcp://127.0.0.1:3310")]
    [InlineData("tcp://clamd.internal:3310")]
    [InlineData("tcp://[::1]:3310/")]
    [InlineData("unix:///run/clamav/clamd.ctl")]
    public void An_address_can_be_a_host_or_a_socket(string address)
    {
        ClamdAddress.TryParse(address).ShouldNotBeNull().ToString().ShouldBe(address);
    }

    [Theory]
    [InlineData("")]
    [InlineData("127.0.0.1:3310")]
    [InlineData("http://127.0.0.1:3310")]
    [InlineData("tcp://127.0.0.1")]
    [InlineData("tcp://127.0.0.1:0")]
    [InlineData("tcp://127.0.0.1:99999")]
    [InlineData("tcp://:3310")]
    [InlineData("tcp://user@host:3310")]
    [InlineData("tcp://host:3310/path")]
    [InlineData("unix://relative/path")]
    [InlineData("unix:///")]
    [InlineData("unix:///0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678")]
    public void What_is_no_address_stops_the_start_and_is_named(string address)
    {
        Should.Throw<OptionsValidationException>(() => Bind(("Address", address)))
            .Message.ShouldContain($"`Processor:Clamd:Address` must be tcp://host:port or unix:///path, was '{address.Replace("user@", "***@", StringComparison.Ordinal)}'");
    }

    [Fact]
    public void All_that_is_wrong_is_told_at_once()
    {
        var failures = Should.Throw<OptionsValidationException>(
            () => Bind(("ConnectTimeout", "00:00:00"), ("IdleTimeout", "01:00:00"), ("ScanTimeout", "-00:00:01"), ("ChunkSize", "0"))).Failures;

        failures.ShouldBe([
            "`Processor:Clamd:ConnectTimeout` must be 00:00:00.0500000–00:01:00, was 00:00:00",
            "`Processor:Clamd:IdleTimeout` must be 00:00:00.0500000–00:10:00, was 01:00:00",
            "`Processor:Clamd:ScanTimeout` must be 00:00:00.0500000–00:30:00, was -00:00:01",
            "`Processor:Clamd:ChunkSize` must be 1–4194304, was 0",
        ]);
    }

    [Fact]
    public void A_key_that_does_not_exist_is_refused()
    {
        Should.Throw<OptionsValidationException>(() => Bind(("Adress", "tcp://127.0.0.1:3310"))).Message.ShouldContain("`Processor:Clamd:Adress`");
    }

    [Fact]
    public void Values_come_from_their_section()
    {
        Bind(("Address", "unix:///run/c.sock"), ("ScanTimeout", "00:02:00")).ScanTimeout.ShouldBe(TimeSpan.FromMinutes(2));
    }

    [Fact]
    public void The_probe_before_the_start_checks_them_too()
    {
        Should.Throw<OptionsValidationException>(() => ScannerProbe.For(Configuration([("ChunkSize", "-1")]), TimeProvider.System));
    }

    private static ClamdOptions Bind(params (string Key, string Value)[] values)
    {
        using var services = new ServiceCollection().AddClamdScanner(Configuration(values)).BuildServiceProvider();
        services.GetRequiredService<IMalwareScanner>().ShouldBeOfType<ClamdScanner>();
        return services.GetRequiredService<IOptions<ClamdOptions>>().Value;
    }

    private static IConfigurationRoot Configuration((string Key, string Value)[] values) => new ConfigurationBuilder()
        .AddInMemoryCollection(values.ToDictionary(v => $"Processor:Clamd:{v.Key}", string? (v) => v.Value))
        .Build();
}
