using System.Globalization;
using System.Text.RegularExpressions;

namespace Pipeline.Deployment;

/// <summary>What systemd itself says about the units.</summary>
public sealed partial class SystemdTests : IDisposable
{
    private const double Most = 3.0;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("uploadapi")]
    [InlineData("processor")]
    public void It_is_valid_and_little_exposed(string host)
    {
        var unit = Unit(host);

        Programs.Run("systemd-analyze", "verify", "--man=no", unit).ShouldBeEmpty();
        var said = Programs.Run("systemd-analyze", "security", "--offline=true", "--no-pager", unit);

        double.Parse(Exposure().Match(said).Groups["it"].Value, CultureInfo.InvariantCulture).ShouldBeLessThanOrEqualTo(Most, said);
    }

    [Fact]
    public void Without_its_hardening_a_unit_is_found_exposed()
    {
        var unit = Unit("processor");
        File.WriteAllLines(unit, File.ReadAllLines(unit).Where(line => !line.StartsWith("SystemCall", StringComparison.Ordinal) && !line.StartsWith("Protect", StringComparison.Ordinal) && !line.StartsWith("Restrict", StringComparison.Ordinal)));

        var said = Programs.Run("systemd-analyze", "security", "--offline=true", "--no-pager", unit);

        double.Parse(Exposure().Match(said).Groups["it"].Value, CultureInfo.InvariantCulture).ShouldBeGreaterThan(Most);
    }

    // As scripts/install-hosts.sh fills it in.
    private string Unit(string host)
    {
        var path = _folder[$"pipeline-{host}.service"];
        File.WriteAllText(path, File.ReadAllText(Path.Combine(Repository.Root, "deploy", "systemd", $"pipeline-{host}.service"))
            .Replace("@ROOT@", "", StringComparison.Ordinal).Replace("@DOTNET@", Programs.Run("bash", "-c", "readlink -f \"$(command -v dotnet)\"").Trim(), StringComparison.Ordinal));
        return path;
    }

    [GeneratedRegex(@"Overall exposure level for \S+: (?<it>[\d.]+) ", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Exposure();
}
