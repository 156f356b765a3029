using Amazon.S3;

namespace Pipeline.Storage.S3;

/// <summary>
/// Entity tags in conditions. The RFC wants them in quotes, and R2 refuses one without; but some servers compare the text as it stands,
/// so that one with quotes never matches. Which kind a server is shows at the first condition that fails without reason.
/// </summary>
internal sealed class S3EntityTags
{
    private volatile bool _bare;

    /// <summary>The tag without the quotes in which servers write it.</summary>
    public static string Bare(string? etag) => etag?.Trim('"') is { Length: > 0 } bare
        ? bare
        : throw None();

    /// <summary>An answer that must have a tag has none.</summary>
    public static S3ResponseException None() => new("it answered without an entity tag.");

    /// <summary>Makes a request on condition of a tag.</summary>
    /// <param name="request">Makes it with the tag as it must be written.</param>
    /// <param name="current">Asks for the tag that the object has now, or null.</param>
    public async Task<T> MatchAsync<T>(string etag, Func<string, Task<T>> request, Func<Task<string?>> current)
    {
        try
        {
            return await request(_bare ? etag : $"\"{etag}\"");
        }
        catch (AmazonS3Exception e) when (S3Faults.IsFailedCondition(e))
        {
            // That an object was replaced is a verdict on the file, so it is told only if two questions agree.
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

    private static S3ResponseException Contradiction(Exception e) => new("it refused the tag that it tells itself.", e);
}
