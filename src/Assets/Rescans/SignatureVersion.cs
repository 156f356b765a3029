using System.Globalization;

namespace Pipeline.Assets.Rescans;

/// <summary>The number of a scanner's signatures, which grows with each update.</summary>
internal static class SignatureVersion
{
    /// <summary>Null for a scanner without one: <c>27500</c> of <c>ClamAV 1.4.6/27500/Mon Nov 17 09:12:01 2025</c>.</summary>
    public static int? Of(string? scanner) =>
        scanner?.Split('/') is [_, var number, ..] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;
}
