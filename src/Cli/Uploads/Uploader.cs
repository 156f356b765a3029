using Pipeline.Cli.Api;
using Pipeline.Cli.Output;

namespace Pipeline.Cli.Uploads;

/// <summary>Options of an upload.</summary>
/// <param name="Profile">Name of the server's profile, or null for its default.</param>
/// <param name="Wait">How long to wait for the end of processing after the confirm; null not to wait.</param>
/// <param name="Existing">The assets that the server has already, which are not uploaded again; null to upload all.</param>
sealed record UploadPlan(string? Profile, TimeSpan? Wait, ExistingAssets? Existing = null);

/// <summary>Uploads one file: hash, presign, PUT, confirm, wait.</summary>
sealed class Uploader(ApiClient api, ObjectPut put, AssetWaiter waiter, UploadPlan plan)
{
    /// <param name="file">The file to upload.</param>
    /// <param name="show">Called with each step.</param>
    /// <param name="cancellationToken">Stops the upload; the result shows how far it came.</param>
    public async Task<UploadResult> UploadAsync(LocalFile file, Action<UploadStep> show, CancellationToken cancellationToken)
    {
        var so = new UploadResult(file.Path, Id: null, UploadResult.NotUploaded);
        try
        {
            var hash = await file.HashAsync(cancellationToken);
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
            return waited.Finished ? so : so with { Failure = NotFinished(so, limit) };
        }
        catch (CliFailure failure)
        {
            return so with { Failure = failure };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return so;
        }

        async Task SendAsync(string hash)
        {
            var upload = await api.PresignAsync(new PresignRequest(file.Name, file.ContentType, file.Length, hash, plan.Profile), cancellationToken);
            so = so with { Id = upload.Id };
            await put.PutAsync(upload, file, sent => show(new UploadStep.Sent(file, sent)), cancellationToken);
            so = so with { Status = UploadResult.NotConfirmed };
            so = so with { Status = (await api.ConfirmAsync(upload.Id, cancellationToken)).Status };
            plan.Existing?.Add(hash, upload.Id);
            show(new UploadStep.Confirmed(file));
        }

        void See(Answer<Asset> asset)
        {
            so = so with { Status = asset.Value.Status, Asset = asset };
            show(new UploadStep.Seen(file, asset.Value));
        }
    }

    private Task<Answer<Asset>?> FindAsync(string hash, CancellationToken cancellationToken) =>
        plan.Existing is { } existing ? existing.FindAsync(hash, cancellationToken) : Task.FromResult<Answer<Asset>?>(null);

    private static CliFailure NotFinished(UploadResult so, TimeSpan limit) => new(
        ExitCode.Refused,
        "not_finished",
        $"Not finished after {limit.TotalSeconds:0} s: {WaitingView.WhyLate(so.Asset?.Value)}. The server continues. Check it with: pipeline asset {so.Id}");
}
