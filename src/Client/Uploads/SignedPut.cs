using System.Net;

namespace Pipeline.Client;

/// <summary>Sends a file to its presigned URL. A URL that has expired, or is about to, is requested again for the same upload.</summary>
internal sealed class SignedPut(ApiClient api, ObjectPut put, TimeProvider time)
{
    /// <param name="signed">The upload; its URL may have expired.</param>
    /// <param name="file">The file to upload.</param>
    /// <param name="sent">Called with the bytes sent so far; restarts at 0 with each attempt.</param>
    /// <param name="cancellationToken">Ends all attempts.</param>
    public async Task PutAsync(SignedUpload signed, LocalFile file, Action<long> sent, CancellationToken cancellationToken)
    {
        try
        {
            if (time.GetUtcNow() >= signed.RenewAt) signed = await SignAgainAsync(signed, cancellationToken);
            for (var refusals = 1; !await TryAsync(signed, file, sent, last: refusals >= signed.MostUrls, cancellationToken); refusals++)
                signed = await SignAgainAsync(signed, cancellationToken);
        }
        catch (PipelineException failure) when (failure.Code == ApiClient.AlreadyConfirmed)
        {
            // An earlier attempt arrived although its answer was lost, and the server confirmed it by itself.
            sent(file.Length);
        }
    }

    /// <summary>False if the store refused because the URL has expired.</summary>
    private async Task<bool> TryAsync(SignedUpload signed, LocalFile file, Action<long> sent, bool last, CancellationToken cancellationToken)
    {
        try
        {
            await put.PutAsync(signed.Upload, file, sent, cancellationToken);
            return true;
        }
        catch (PipelineException failure) when (!last && HasExpired(signed, failure))
        {
            return false;
        }
    }

    // A store that gives no reason may have refused because attempts took longer than the URL lived.
    private bool HasExpired(SignedUpload signed, PipelineException failure) =>
        failure.Code == ObjectPut.UrlExpired || (failure.Status == HttpStatusCode.Forbidden && UrlLife.MayBeOver(signed.ExpiresAt, time.GetUtcNow()));

    private async Task<SignedUpload> SignAgainAsync(SignedUpload signed, CancellationToken cancellationToken) =>
        SignedUpload.Of(await api.SignAgainAsync(signed.Upload.Id, cancellationToken), time.GetUtcNow());
}
