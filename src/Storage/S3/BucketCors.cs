using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Logging;

namespace Pipeline.Storage.S3;

/// <summary>Manages the CORS rule that lets a front end's pages access the bucket that clients upload to.</summary>
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

    /// <summary>
    /// The rule in the JSON form that the dashboards of R2 and S3 accept, for operators who must not give a program a key with the right to set
    /// it.
    /// </summary>
    /// <param name="origins">The addresses of front ends, such as <c>FRONTEND_URL</c>; paths are dropped.</param>
    public static string Json(params IEnumerable<Uri> origins) => Write([Rule(origins)]);

    /// <summary>All rules of the bucket, in the same form and in the order in which the store applies them.</summary>
    /// <exception cref="BucketCorsException">The store refused or cannot be reached.</exception>
    public async Task<string> ReadJsonAsync(CancellationToken cancellationToken) => Write(await RulesAsync(cancellationToken));

    /// <summary>Whether the bucket has the rule.</summary>
    /// <exception cref="BucketCorsException">The store refused or cannot be reached.</exception>
    public async Task<bool> IsAppliedAsync(IEnumerable<Uri> origins, CancellationToken cancellationToken)
    {
        var wanted = Rule(origins);
        return (await RulesAsync(cancellationToken)).Exists(rule => Same(rule, wanted));
    }

    /// <summary>Sets the rule and replaces the one that an earlier call set; other rules stay, after it.</summary>
    /// <returns>The origins that the replaced rule allowed and this one does not.</returns>
    /// <exception cref="BucketCorsException">The store refused or cannot be reached.</exception>
    public async Task<IReadOnlyList<string>> ApplyAsync(IEnumerable<Uri> origins, CancellationToken cancellationToken)
    {
        var rule = Rule(origins);
        // Not every server keeps the id, so a rule with equal content also counts as ours. A rule for the same origins with other content
        // belongs to someone else and stays.
        var there = (await RulesAsync(cancellationToken)).ToLookup(other => other.Id == RuleId || Same(other, rule));
        var request = new PutCORSConfigurationRequest
        {
            BucketName = _area.Bucket,
            // First, because the store applies the first rule that matches.
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

    // S3 refuses empty lists, so empty lists are left out.
    private static string Write(IEnumerable<CORSRule> rules) => JsonSerializer.Serialize(
        rules.Select(rule => new
        {
            AllowedOrigins = NullIfEmpty(rule.AllowedOrigins),
            AllowedMethods = NullIfEmpty(rule.AllowedMethods),
            AllowedHeaders = NullIfEmpty(rule.AllowedHeaders),
            ExposeHeaders = NullIfEmpty(rule.ExposeHeaders),
            rule.MaxAgeSeconds,
        }),
        Readable);

    private static List<string>? NullIfEmpty(List<string>? some) => some is { Count: > 0 } ? some : null;

    private static bool Same(CORSRule one, CORSRule other) =>
        Same(one.AllowedOrigins, other.AllowedOrigins) && Same(one.AllowedMethods, other.AllowedMethods)
        && Same(one.AllowedHeaders, other.AllowedHeaders) && Same(one.ExposeHeaders, other.ExposeHeaders)
        && one.MaxAgeSeconds == other.MaxAgeSeconds;

    private static bool Same(List<string>? some, List<string>? others) =>
        (some ?? []).Order(StringComparer.Ordinal).SequenceEqual((others ?? []).Order(StringComparer.Ordinal), StringComparer.Ordinal);
}

/// <summary>The bucket's rules could not be read or set; the message says how to fix it.</summary>
/// <param name="isOutage">True if the store did not answer or failed, so that a later retry may succeed; false if it refused.</param>
public sealed class BucketCorsException(string message, bool isOutage, Exception inner) : Exception(message, inner)
{
    /// <summary>Whether the store was unreachable or failed, rather than refused.</summary>
    public bool IsOutage { get; } = isOutage;
}
