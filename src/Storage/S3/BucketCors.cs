using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Logging;

namespace Pipeline.Storage.S3;

/// <summary>The rule that lets the pages of a front end talk to the bucket that clients upload to.</summary>
public sealed class BucketCors : IDisposable
{
    private const string RuleId = "pipeline";
    private const int MaxAgeSeconds = 3600;
    private static readonly string[] Methods = ["GET", "PUT", "POST", "DELETE", "HEAD"];
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly S3Connection _connection;
    private readonly S3AreaSettings _area;
    private readonly S3Calls _calls;

    internal BucketCors(S3AreaSettings area, S3StorageOptions options, TimeProvider time, ILogger logger, HttpMessageHandler? handler = null) =>
        (_connection, _area, _calls) = (new S3Connection(area, options, handler), area, new S3Calls(options, time, logger));

    /// <summary>The rule as the dashboards of R2 and S3 take it, for whoever must not hand a key with that right to a program.</summary>
    /// <param name="origins">The addresses of front ends, such as <c>FRONTEND_URL</c>; a path is left off.</param>
    public static string Json(params IEnumerable<Uri> origins) => Write([Rule(origins)]);

    /// <summary>All rules that the bucket has, in the same form and in the order in which they count.</summary>
    /// <exception cref="BucketCorsException">The store refused or cannot be reached.</exception>
    public async Task<string> ReadJsonAsync(CancellationToken cancellationToken) => Write(await RulesAsync(cancellationToken));

    /// <summary>Whether the bucket has the rule.</summary>
    /// <exception cref="BucketCorsException">The store refused or cannot be reached.</exception>
    public async Task<bool> IsAppliedAsync(IEnumerable<Uri> origins, CancellationToken cancellationToken)
    {
        var wanted = Rule(origins);
        return (await RulesAsync(cancellationToken)).Exists(rule => Same(rule, wanted));
    }

    /// <summary>Gives the bucket the rule, in place of what was applied here before; rules of others stay, behind it.</summary>
    /// <returns>The origins that the rule from before allowed and this one does not.</returns>
    /// <exception cref="BucketCorsException">The store refused or cannot be reached.</exception>
    public async Task<IReadOnlyList<string>> ApplyAsync(IEnumerable<Uri> origins, CancellationToken cancellationToken)
    {
        var rule = Rule(origins);
        // Not every server keeps the id. One for the same origins that says anything else is somebody's, and stays.
        var there = (await RulesAsync(cancellationToken)).ToLookup(other => other.Id == RuleId || Same(other, rule));
        var request = new PutCORSConfigurationRequest
        {
            BucketName = _area.Bucket,
            // First, because the first rule that fits is the one that counts.
            Configuration = new CORSConfiguration { Rules = [rule, .. there[false]] },
        };
        await CallAsync(token => _connection.Client.PutCORSConfigurationAsync(request, token), cancellationToken);
        return [.. there[true].SelectMany(ours => ours.AllowedOrigins ?? []).Except(rule.AllowedOrigins)];
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _connection.Dispose();

    private async Task<List<CORSRule>> RulesAsync(CancellationToken cancellationToken)
    {
        var request = new GetCORSConfigurationRequest { BucketName = _area.Bucket };
        try
        {
            var answer = await CallAsync(token => _connection.Client.GetCORSConfigurationAsync(request, token), cancellationToken);
            return answer.Configuration?.Rules ?? [];
        }
        catch (BucketCorsException e) when (e.InnerException is AmazonS3Exception { ErrorCode: "NoSuchCORSConfiguration" })
        {
            return [];
        }
    }

    private async Task<T> CallAsync<T>(Func<CancellationToken, Task<T>> request, CancellationToken cancellationToken)
    {
        try
        {
            return await _calls.RunAsync(request, cancellationToken);
        }
        catch (Exception e) when (e is AmazonServiceException || S3Faults.IsTransient(e))
        {
            throw new BucketCorsException(S3Faults.Explain(e), S3Faults.IsTransient(e), e);
        }
    }

    private static CORSRule Rule(IEnumerable<Uri> origins) => new()
    {
        Id = RuleId,
        AllowedOrigins = [.. origins.Select(Origin).Distinct(StringComparer.Ordinal)],
        AllowedMethods = [.. Methods],
        AllowedHeaders = ["*"],
        ExposeHeaders = ["ETag"],
        MaxAgeSeconds = MaxAgeSeconds,
    };

    private static string Origin(Uri url) => url is { IsAbsoluteUri: true, Scheme: "http" or "https", UserInfo: "" }
        ? url.GetLeftPart(UriPartial.Authority)
        : throw new ArgumentException("The origin must be an absolute http or https URL without a user name.", nameof(url));

    // S3 takes no empty list, so a list that is empty is left out.
    private static string Write(IEnumerable<CORSRule> rules) => JsonSerializer.Serialize(
        rules.Select(rule => new
        {
            AllowedOrigins = Said(rule.AllowedOrigins),
            AllowedMethods = Said(rule.AllowedMethods),
            AllowedHeaders = Said(rule.AllowedHeaders),
            ExposeHeaders = Said(rule.ExposeHeaders),
            rule.MaxAgeSeconds,
        }),
        Readable);

    private static List<string>? Said(List<string>? some) => some is { Count: > 0 } ? some : null;

    private static bool Same(CORSRule one, CORSRule other) =>
        Same(one.AllowedOrigins, other.AllowedOrigins) && Same(one.AllowedMethods, other.AllowedMethods)
        && Same(one.AllowedHeaders, other.AllowedHeaders) && Same(one.ExposeHeaders, other.ExposeHeaders)
        && one.MaxAgeSeconds == other.MaxAgeSeconds;

    private static bool Same(List<string>? some, List<string>? others) =>
        (some ?? []).Order(StringComparer.Ordinal).SequenceEqual((others ?? []).Order(StringComparer.Ordinal), StringComparer.Ordinal);
}

/// <summary>The bucket's rules could not be read or set; the message says what to do.</summary>
/// <param name="isOutage">No answer came, or one of a store that is ill: later it may do. Otherwise the store refused.</param>
public sealed class BucketCorsException(string message, bool isOutage, Exception inner) : Exception(message, inner)
{
    /// <summary>Whether the store was away or ill, and did not refuse.</summary>
    public bool IsOutage { get; } = isOutage;
}
