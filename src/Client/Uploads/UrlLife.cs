using System.Globalization;
using System.Text.RegularExpressions;

namespace Pipeline.Client;

/// <summary>How long a presigned URL can be used, read from the URL itself: what its query says binds the store.</summary>
/// <param name="End">By the clock of the signer, which is cut to the whole second: a URL of one second lives a part of it.</param>
/// <param name="Length">From the second in which it was signed.</param>
internal sealed partial record UrlLife(DateTimeOffset End, TimeSpan Length)
{
    /// <summary>More URLs that expire before the first byte arrives point to a wrong clock, which no further URL repairs.</summary>
    private const int MostUrls = 3;

    /// <summary>A short life can end before the PUT begins, so many URLs can expire by chance: each has a fair one, and this many fail by a fault only.</summary>
    private const int MostShortUrls = 24;

    private static readonly TimeSpan Short = TimeSpan.FromSeconds(10);

    /// <summary>The signer and the date of a response cut the second, and clocks differ a little.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(1.5);

    /// <summary>Null if the URL does not say it, or not in the words of S3.</summary>
    public static UrlLife? Of(string url) =>
        SignedAt().Match(url) is { Success: true } at && Seconds().Match(url) is { Success: true } seconds
        && TimeSpan.FromSeconds(int.Parse(seconds.Groups["life"].Value, CultureInfo.InvariantCulture)) is var life
        && DateTimeOffset.TryParseExact(at.Groups["at"].Value, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var start)
        && start < DateTimeOffset.MaxValue - life
            ? new UrlLife(start + life, life)
            : null;

    /// <summary>How many URLs a file gets before the last refusal counts.</summary>
    public static int UrlsFor(TimeSpan? life) => life <= Short ? MostShortUrls : MostUrls;

    public bool MayBeOverAt(DateTimeOffset time) => MayBeOver(End, time);

    /// <param name="end">When a life is said to end.</param>
    /// <param name="time">When the store refused the URL.</param>
    public static bool MayBeOver(DateTimeOffset end, DateTimeOffset time) => time >= end - Slack;

    [GeneratedRegex("[?&]X-Amz-Date=(?<at>[0-9]{8}T[0-9]{6}Z)(&|$)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex SignedAt();

    [GeneratedRegex("[?&]X-Amz-Expires=(?<life>[0-9]{1,7})(&|$)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Seconds();
}
