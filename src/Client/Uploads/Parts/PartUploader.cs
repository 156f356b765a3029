using System.Collections.Concurrent;
using System.Net;

namespace Pipeline.Client;

/// <summary>Sends a large file in parts, three at a time, and continues where an earlier run ended: the server tells which parts it has.</summary>
internal sealed class PartUploader(ApiClient api, ObjectPut put, ResumeFiles resume, Action<string> notice)
{
    private const int AtOnce = 3;

    /// <summary>Parts that the server misses after all were sent point to a fault that no further round repairs.</summary>
    private const int MostRounds = 3;

    private static readonly HashSet<string> CannotContinue = new(["not_found", "upload_expired", "multipart_gone", "not_multipart"], StringComparer.Ordinal);

    /// <summary>Continues the upload that an earlier run began.</summary>
    /// <param name="file">The file.</param>
    /// <param name="sha256">Its hash.</param>
    /// <param name="found">Called with the id before the parts are sent.</param>
    /// <param name="sent">Called with the bytes that have arrived so far.</param>
    /// <param name="cancellationToken">Ends the upload; a later run continues it.</param>
    /// <returns>The status of the asset; null if there is nothing to continue.</returns>
    public async Task<string?> ContinueAsync(LocalFile file, string sha256, Action<string> found, Action<long> sent, CancellationToken cancellationToken)
    {
        if (resume.Find(file, sha256) is not { } id) return null;
        if (await StateAsync(id, cancellationToken) is not { } state || state.FileSize != file.Length || state.Status is "expired" or "deleted")
        {
            resume.Forget(file, sha256);
            return null;
        }

        found(id);
        notice($"{file.Path}: continues an earlier upload; {state.Parts.Length} of {state.PartCount} parts are there");
        return await SendAsync(id, state, file, sha256, sent, cancellationToken);
    }

    /// <summary>Sends the file of a presigned upload in parts, and confirms it.</summary>
    /// <returns>The status of the asset.</returns>
    public async Task<string> SendAsync(string id, LocalFile file, string sha256, Action<long> sent, CancellationToken cancellationToken)
    {
        await api.BeginPartsAsync(id, cancellationToken);
        resume.Keep(file, sha256, id);
        return await SendAsync(id, await api.PartsAsync(id, cancellationToken), file, sha256, sent, cancellationToken);
    }

    private async Task<string> SendAsync(string id, PartsState state, LocalFile file, string sha256, Action<long> sent, CancellationToken cancellationToken)
    {
        for (var round = 1; ; round++)
        {
            await SendMissingAsync(id, state, file, sent, cancellationToken);
            try
            {
                // Also for an upload that is confirmed already: an earlier run ended before it had the answer.
                var confirmed = await api.CompleteAsync(id, cancellationToken);
                resume.Forget(file, sha256);
                return confirmed.Status;
            }
            catch (PipelineException failure) when (failure.Code == ApiClient.PartsMissing && round < MostRounds)
            {
                state = await api.PartsAsync(id, cancellationToken);
            }
            catch (PipelineException failure) when (CannotContinue.Contains(failure.Code))
            {
                resume.Forget(file, sha256);
                throw;
            }
        }
    }

    private async Task SendMissingAsync(string id, PartsState state, LocalFile file, Action<long> sent, CancellationToken cancellationToken)
    {
        var arrived = state.Parts.Sum(part => part.Size);
        var onTheWay = new ConcurrentDictionary<int, long>();
        sent(arrived);
        await Parallel.ForEachAsync(
            state.Missing,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (number, token) => await PutAsync(id, number, state.PartSize, file, bytes =>
            {
                onTheWay[number] = bytes;
                sent(arrived + onTheWay.Values.Sum());
            }, token));
    }

    // A part is signed when its turn comes, so that its URL is fresh.
    private async Task PutAsync(string id, int number, long partSize, LocalFile file, Action<long> sent, CancellationToken cancellationToken)
    {
        for (var refusals = 1; ; refusals++)
        {
            var part = await api.SignPartAsync(id, number, cancellationToken);
            var slice = new FileSlice(file, (number - 1) * partSize, part.Size, ContentType: null);
            if (slice.From + slice.Length > file.Length) throw LocalFile.Changed();
            try
            {
                await put.PutAsync(new PresignedUpload(id, part.Url, part.Method, part.Headers), slice, sent, cancellationToken);
                return;
            }
            catch (PipelineException failure) when (refusals < UrlLife.UrlsFor(UrlLife.Of(part.Url)?.Length) && (failure.Code == ObjectPut.UrlExpired || failure.Status == HttpStatusCode.Forbidden))
            {
                // Its attempts took longer than the URL lived.
            }
        }
    }

    private async Task<PartsState?> StateAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return await api.PartsAsync(id, cancellationToken);
        }
        catch (PipelineException failure) when (CannotContinue.Contains(failure.Code))
        {
            return null;
        }
    }
}
