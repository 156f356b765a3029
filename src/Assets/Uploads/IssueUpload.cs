using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Pipeline.Storage;

namespace Pipeline.Assets.Uploads;

/// <summary>How the request for an upload ended.</summary>
public abstract record IssueResult
{
    private IssueResult()
    {
    }

    /// <summary>The asset exists and waits for its bytes.</summary>
    public sealed record Issued(Asset Asset, PresignedUpload Upload) : IssueResult;

    /// <summary>The file may not be uploaded.</summary>
    public sealed record Refused(UploadRefusal Why) : IssueResult;

    /// <summary>The caller has too much pending.</summary>
    /// <param name="Share">The caller's pending uploads.</param>
    /// <param name="RetryAfterSeconds">Seconds until the oldest pending upload expires, at least 1.</param>
    public sealed record TooManyPending(PendingShare Share, int RetryAfterSeconds) : IssueResult;
}

/// <summary>Adds a pending asset and signs the URL for one PUT of exactly the announced file.</summary>
public sealed class IssueUpload(UploadPolicy policy, PendingUploads pending, StorageAreas areas, IOptions<UploadOptions> options, TimeProvider time)
{
    private const int NonceBytes = 8;

    // Stores accept 2,048 bytes of metadata in all. A longer name is cut here; the row has it whole.
    private const int MaxMetadataValue = 1024;

    public async Task<IssueResult> RunAsync(UploadRequest request, Caller caller, CancellationToken cancellationToken)
    {
        if (policy.Judge(request) is { } refusal) return new IssueResult.Refused(refusal);

        var now = time.GetUtcNow();
        var key = ObjectKey.Incoming(caller.UserId, now, RandomNumberGenerator.GetBytes(NonceBytes), UploadPolicy.ExtensionFor(request));
        var contentType = UploadPolicy.TypeOf(request);
        var sha256 = request.Sha256?.ToLowerInvariant();
        var upload = areas.Signer.SignPut(
            key,
            new UploadTerms
            {
                ContentType = contentType,
                AnnouncedType = request.ContentType,
                Length = request.FileSize!.Value,
                Sha256 = sha256,
                Metadata = Metadata(request.Filename!, caller.UserId, now),
            },
            TimeSpan.FromSeconds(options.Value.UrlSeconds));
        var asset = Asset.Request(
            new NewUpload
            {
                Id = Guid.CreateVersion7(now),
                TenantId = caller.TenantId,
                OwnerId = caller.UserId,
                FileName = request.Filename!,
                ContentType = contentType,
                Size = request.FileSize!.Value,
                Sha256 = sha256,
                Profile = request.Profile ?? options.Value.Profiles[0],
                FocalPoint = request.FocalPoint?.ToPoint(),
                Key = key.Value,
                UrlExpiresAt = upload.ExpiresAt,
            },
            now);
        if (await pending.TryAddAsync(asset, cancellationToken) is not { } share) return new IssueResult.Issued(asset, upload);
        var wait = share.Oldest + TimeSpan.FromSeconds(options.Value.PendingSeconds) - now;
        return new IssueResult.TooManyPending(share, Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)));
    }

    // Header values are ASCII: names and ids are percent-encoded, so that no line end and no foreign byte gets through.
    private static Dictionary<string, string> Metadata(string fileName, string userId, DateTimeOffset now) => new(StringComparer.Ordinal)
    {
        ["original-filename"] = Encode(fileName),
        ["uploaded-by"] = Encode(userId),
        ["upload-timestamp"] = now.ToString("O"),
    };

    private static string Encode(string text)
    {
        var encoded = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            var letter = Uri.EscapeDataString(rune.ToString());
            if (encoded.Length + letter.Length > MaxMetadataValue) break;
            encoded.Append(letter);
        }

        return encoded.ToString();
    }
}
