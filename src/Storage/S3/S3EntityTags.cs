using Amazon.S3;

namespace Pipeline.Storage.S3;

/// <summary>
/// Entity tags in conditional requests. The RFC requires quotes, and R2 refuses a tag without them; but some servers compare the raw text, so a
/// quoted tag never matches. The first condition that fails without reason shows which kind the server is.
/// </summary>
internal sealed class S3EntityTags
{
    private volatile bool _bare;

    /// <summary>The tag without the quotes that servers add.</summary>
    public static string Bare(string? etag) => etag?.Trim('"') is { Length: > 0 } bare
        ? bare
        : throw None();

    /// <summary>The exception for an answer that lacks a required tag.</summary>
    public static S3ResponseException None() => new("the response has no entity tag.");

    /// <summary>Makes a request conditional on a tag.</summary>
    /// <param name="request">Makes the request with the tag in the form that the server expects.</param>
    /// <param name="current">Returns the object's current tag, or null.</param>
    public async Task<T> MatchAsync<T>(string etag, Func<string, Task<T>> request, Func<Task<string?>> current)
    {
        try
        {
            return await request(_bare ? etag : $"\"{etag}\"");
        }
        catch (AmazonS3Exception e) when (S3Faults.IsFailedCondition(e))
        {
            // "The object was replaced" decides the file's fate, so it is reported only if a second request confirms it.
            if (await current() != etag) throw;
            if (_bare) throw Contradiction(e);
        }

        try
        {
            var result = await request(etag);
            _bare = true;
            return result;
        }
        catch (AmazonS3Exception e) when (S3Faults.IsFailedCondition(e))
        {
            throw Contradiction(e);
        }
    }

    private static S3ResponseException Contradiction(Exception e) => new("it refused the entity tag that it reports itself.", e);
}
