
namespace Pipeline.Assets.Uploads;

/// <summary>How the request for an upload ended.</summary>
public abstract record IssueResult
{
    private IssueResult()
    {
    }

    /// <summary>The asset exists and waits for its bytes.</summary>
    public sealed record Issued(SignedUpload Upload) : IssueResult;

    /// <summary>The file may not be uploaded.</summary>
    public sealed record Refused(UploadRefusal Why) : IssueResult;

    /// <summary>The caller has too much pending, or a limit does not leave enough.</summary>
    public sealed record NoRoom(NotAdded Why) : IssueResult;
}

/// <summary>Adds a pending asset and signs the URL for one PUT of exactly the announced file.</summary>
public sealed class IssueUpload(UploadPolicy policy, PendingUploads pending, UploadUrls urls, TimeProvider time)
{
    public async Task<IssueResult> RunAsync(UploadRequest request, Caller caller, CancellationToken cancellationToken)
    {
        if (policy.Judge(request) is { } refusal) return new IssueResult.Refused(refusal);

        var now = time.GetUtcNow();
        var upload = urls.New(request, caller, now);
        return await pending.TryAddAsync(upload.Asset, cancellationToken) switch
        {
            null => new IssueResult.Issued(upload),
            var why => new IssueResult.NoRoom(why),
        };
    }
}
