namespace Pipeline.Client;

/// <summary>
/// Requests the upload URLs of many files at once, because the server counts a batch as one request. The file that needs a URL and the files
/// after it form a batch; the others find their answer here when their turn comes.
/// </summary>
/// <param name="api">Presigns the files.</param>
/// <param name="plan">The options of the upload.</param>
/// <param name="files">All files, in the order in which they are uploaded.</param>
/// <param name="hashes">Their SHA-256.</param>
/// <param name="resume">The uploads that earlier runs began, which need no new one.</param>
/// <param name="time">Tells when a URL expires.</param>
internal sealed class PresignQueue(ApiClient api, UploadPlan plan, IReadOnlyList<LocalFile> files, FileHashes hashes, ResumeFiles resume, TimeProvider time) : IDisposable
{
    /// <summary>What the server accepts in one request.</summary>
    private const int MostFiles = 100;

    /// <summary>Most bytes of a batch, so that a URL is not requested long before it is used: 4 minutes at 8 Mbit/s.</summary>
    private const long MostBytes = 250_000_000;

    private readonly SemaphoreSlim _turn = new(1);
    private readonly Dictionary<LocalFile, Answer> _answers = [];
    private readonly HashSet<LocalFile> _taken = [];
    private readonly HashSet<string> _reserved = new(StringComparer.Ordinal);
    private (long Length, PipelineException Failure)? _overLimit;
    private int _size = MostFiles;
    private int _next;

    /// <summary>The presigned upload of a file. Throws <see cref="PipelineException"/> if the server does not accept the file or cannot be reached.</summary>
    public async Task<SignedUpload> TakeAsync(LocalFile file, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            _taken.Add(file);
            // A file as large as one that no limit left enough for would be refused, too.
            if (!_answers.ContainsKey(file) && _overLimit is { } over && file.Length >= over.Length) throw over.Failure;
            while (!_answers.ContainsKey(file)) await RequestAsync(await GroupAsync(file, cancellationToken), file, cancellationToken);
            _answers.Remove(file, out var answer);
            return answer is { Refusal: { } refusal } ? throw refusal : answer!.Upload!;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    /// <summary>The file that asks, and those after it that nobody has asked for.</summary>
    private async Task<List<LocalFile>> GroupAsync(LocalFile asking, CancellationToken cancellationToken)
    {
        var after = new List<LocalFile>();
        for (var bytes = asking.Length; after.Count < _size - 1 && _next < files.Count; _next++)
        {
            var file = files[_next];
            if (_taken.Contains(file) || _answers.ContainsKey(file)) continue;
            if ((bytes += file.Length) > MostBytes) break;
            after.Add(file);
        }

        var known = await hashes.OfReadableAsync(after, cancellationToken);
        var group = new List<LocalFile> { asking };
        var hashesInGroup = new HashSet<string>(StringComparer.Ordinal) { await hashes.OfAsync(asking, cancellationToken) };
        group.AddRange(after.Where(file => known.TryGetValue(file, out var hash) && resume.Find(file, hash) is null && (plan.Existing is not { } existing
            || (!existing.MayHave(hash) && !_reserved.Contains(hash) && hashesInGroup.Add(hash)))));
        return group;
    }

    /// <summary>Presigns a group; files that the server names as bad get their refusal, and the request is repeated without them.</summary>
    private async Task RequestAsync(List<LocalFile> group, LocalFile asking, CancellationToken cancellationToken)
    {
        while (group.Count > 0)
        {
            try
            {
                await PresignAsync(group, cancellationToken);
                _size = Math.Min(MostFiles, _size * 2);
                return;
            }
            catch (PipelineException failure) when (failure.BadFiles.Any(bad => bad.Index < group.Count))
            {
                foreach (var bad in failure.BadFiles.Where(bad => bad.Index < group.Count))
                    _answers[group[bad.Index]] = new Answer(Refusal: new PipelineException(failure.Kind, bad.Code, bad.Text) { Status = failure.Status });
                group = [.. group.Where(file => !_answers.ContainsKey(file))];
            }
            catch (PipelineException failure)
            {
                // What failed for several files may succeed for one: it gets the reason, and the others are tried by themselves.
                _next = Math.Min(_next, group.Min(IndexOf));
                _size = 1;
                if (_answers.ContainsKey(asking) || (group.Count > 1 && failure.Code is (ApiClient.TooManyPending or ApiClient.QuotaExceeded or ApiClient.StorageFull))) return;
                if (failure.Code is ApiClient.QuotaExceeded or ApiClient.StorageFull) _overLimit = (asking.Length, failure);
                throw;
            }
        }
    }

    private async Task PresignAsync(List<LocalFile> group, CancellationToken cancellationToken)
    {
        var requests = new List<PresignRequest>();
        foreach (var file in group)
            requests.Add(new PresignRequest(file.Name, file.ContentType, file.Length, await hashes.OfAsync(file, cancellationToken), plan.Profile));
        var batch = await api.PresignAsync(new PresignBatchRequest(requests, plan.Temporary, plan.Visibility, plan.AutoConfirm), cancellationToken);
        var now = time.GetUtcNow();
        for (var i = 0; i < group.Count; i++)
        {
            _answers[group[i]] = new Answer(Upload: SignedUpload.Of(batch.Uploads[i], now));
            _reserved.Add(requests[i].Sha256!);
        }
    }

    private int IndexOf(LocalFile file) => Enumerable.Range(0, files.Count).First(index => ReferenceEquals(files[index], file));

    /// <summary>One of both.</summary>
    private sealed record Answer(SignedUpload? Upload = null, PipelineException? Refusal = null);
}
