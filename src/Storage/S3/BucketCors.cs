using System.Text.Encodings.Web;
using System.Text.Json;
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
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly S3Connection _connection;
    private readonly S3AreaSettings _area;
    private readonly S3Calls _calls;

    internal BucketCors(S3AreaSettings area, S3StorageOptions options, TimeProvider time, ILogger logger, HttpMessageHandler? handler = null) =>
        (_connection, _area, _calls) = (new S3Connection(area, options, handler), area, new S3Calls(options, time, logger));

    /// <summary>The rule as the dashboards of R2 and S3 take it, for whoever must not hand a key with that right to a program.</summary>
    /// <param name="origin">The address of the front end, <c>FRONTEND_URL</c>; a path is left off.</param>
    public static string Json(Uri origin)
    {
        var rule = Rule(origin);
        return JsonSerializer.Serialize(
            new[] { new { rule.AllowedOrigins, rule.AllowedMethods, rule.AllowedHeaders, rule.ExposeHeaders, rule.MaxAgeSeconds } }, Readable);
    }

    /// <summary>Whether the bucket has the rule.</summary>
    /// <exception cref="BucketCorsException">The store refused or cannot be reached.</exception>
    public async Task<bool> IsAppliedAsync(Uri origin, CancellationToken cancellationToken)
    {
        var wanted = Rule(origin);
        return (await RulesAsync(cancellationToken)).Exists(rule =>
            Same(rule.AllowedOrigins, wanted.AllowedOrigins) && Same(rule.AllowedMethods, wanted.AllowedMethods)
            && Same(rule.AllowedHeaders, wanted.AllowedHeaders) && Same(rule.ExposeHeaders, wanted.ExposeHeaders)
            && rule.MaxAgeSeconds == wanted.MaxAgeSeconds);
    }

    /// <summary>Gives the bucket the rule, in place of what was applied here before; rules of others stay, behind it.</summary>
    /// <exception cref="BucketCorsException">The store refused or cannot be reached.</exception>
    public async Task ApplyAsync(Uri origin, CancellationToken cancellationToken)
    {
        var rule = Rule(origin);
        // Not every server keeps the id.
        var others = (await RulesAsync(cancellationToken)).Where(other => other.Id != RuleId && !Same(other.AllowedOrigins, rule.AllowedOrigins));
        var request = new PutCORSConfigurationRequest
        {
            BucketName = _area.Bucket,
            // First, because the first rule that fits is the one that counts.
            Configuration = new CORSConfiguration { Rules = [rule, .. others] },
        };
        await CallAsync(token => _connection.Client.PutCORSConfigurationAsync(request, token), cancellationToken);
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
            throw new BucketCorsException(S3Faults.Explain(e), e);
        }
    }

    private static CORSRule Rule(Uri origin) => origin is { IsAbsoluteUri: true, Scheme: "http" or "https" }
        ? new CORSRule
        {
            Id = RuleId,
            AllowedOrigins = [origin.GetLeftPart(UriPartial.Authority)],
            AllowedMethods = [.. Methods],
            AllowedHeaders = ["*"],
            ExposeHeaders = ["ETag"],
            MaxAgeSeconds = MaxAgeSeconds,
        }
        : throw new ArgumentException("The origin must be an absolute http or https URL.", nameof(origin));

    private static bool Same(List<string>? some, List<string>? others) =>
        (some ?? []).Order(StringComparer.Ordinal).SequenceEqual((others ?? []).Order(StringComparer.Ordinal), StringComparer.Ordinal);
}

/// <summary>The bucket's rules could not be read or set; the message says what to do.</summary>
public sealed class BucketCorsException(string message, Exception inner) : Exception(message, inner);
