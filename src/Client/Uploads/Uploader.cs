namespace Pipeline.Client;

/// <summary>Options of an upload.</summary>
/// <param name="Profile">Name of the server's profile, or null for its default.</param>
/// <param name="Wait">How long to wait for the end of processing after the confirm; null not to wait.</param>
/// <param name="Temporary">Whether the server deletes the assets a day after they are ready, unless they are kept.</param>
/// <param name="Existing">The assets that the server has already, which are not uploaded again; null to upload all.</param>
/// <param name="Visibility">Who sees the variants; null for the server's default.</param>
/// <param name="AutoConfirm">Whether the arrival of a file confirms it; null for the server's default.</param>
internal sealed record UploadPlan(
    string? Profile, TimeSpan? Wait, bool Temporary = false, ExistingAssets? Existing = null, string? Visibility = null, bool? AutoConfirm = null);

/// <summary>Uploads one file: hash, presign, PUT or parts, confirm, wait.</summary>
internal sealed class Uploader(
    FileHashes hashes, PresignQueue presigned, SignedPut put, PartUploader parts, ConfirmQueue confirms, AssetWaiter waiter, UploadPlan plan)
{
    /// <param name="file">The file to upload.</param>
    /// <param name="show">Called with each step.</param>
    /// <param name="cancellationToken">Stops the upload; the result shows how far it came.</param>
    public async Task<UploadResult> UploadAsync(LocalFile file, Action<UploadStep> show, CancellationToken cancellationToken)
    {
        var so = new UploadResult(file.Path, Id: null, UploadResult.NotUploaded);
        try
        {
            var hash = await hashes.OfAsync(file, cancellationToken);
            using (plan.Existing is { } existing ? await existing.TakeTurnAsync(hash, cancellationToken) : null)
            {
                if (await FindAsync(hash, cancellationToken) is { } there)
                {
                    so = so with { Id = there.Value.Id, Status = there.Value.Status, Asset = there, IsExisting = true };
                    show(new UploadStep.Found(file, there.Value.Id));
                    if (there.Value.IsReady) return so;
                }
                else
                {
                    await SendAsync(hash);
                }
            }

            if (plan.Wait is not { } limit) return so;
            var waited = await waiter.WaitAsync(so.Id!, revision: 0, limit, See, cancellationToken);
            return waited.Finished ? so : so with { Failure = NotFinished(limit) };
        }
        catch (PipelineException failure)
        {
            return so with { Failure = failure };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return so;
        }

        async Task SendAsync(string hash)
        {
            var status = await parts.ContinueAsync(file, hash, id => so = so with { Id = id }, Sent, cancellationToken) ?? await SendNewAsync(hash);
            so = so with { Status = status };
            plan.Existing?.Add(hash, so.Id!);
            show(new UploadStep.Confirmed(file));
        }

        async Task<string> SendNewAsync(string hash)
        {
            var signed = await presigned.TakeAsync(file, cancellationToken);
            var id = signed.Upload.Id;
            so = so with { Id = id };
            if (signed.Upload.Multipart is not null) return await parts.SendAsync(id, file, hash, Sent, cancellationToken);
            await put.PutAsync(signed, file, Sent, cancellationToken);
            so = so with { Status = UploadResult.NotConfirmed };
            return await confirms.ConfirmAsync(id, cancellationToken);
        }

        void Sent(long bytes) => show(new UploadStep.Sent(file, bytes));

        void See(Answer<Asset> asset)
        {
            so = so with { Status = asset.Value.Status, Asset = asset };
            show(new UploadStep.Seen(file, asset.Value));
        }
    }

    private Task<Answer<Asset>?> FindAsync(string hash, CancellationToken cancellationToken) =>
        plan.Existing is { } existing ? existing.FindAsync(hash, cancellationToken) : Task.FromResult<Answer<Asset>?>(null);

    private static PipelineException NotFinished(TimeSpan limit) => new(
        FailureKind.NotFinished, PipelineException.NotFinishedCode, $"Not finished after {limit.TotalSeconds:0} s. The server continues");
}
