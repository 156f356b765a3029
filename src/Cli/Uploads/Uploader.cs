using Pipeline.Cli.Api;

namespace Pipeline.Cli.Uploads;

/// <summary>How files are to be uploaded.</summary>
/// <param name="Profile">Name of the server's profile, or null for its default.</param>
/// <param name="Wait">How long to wait for the end of processing after the confirm; null not to wait.</param>
sealed record UploadPlan(string? Profile, TimeSpan? Wait);

/// <summary>The way of one file: presign, put, confirm, wait.</summary>
sealed class Uploader(ApiClient api, ObjectPut put, AssetWaiter waiter, UploadPlan plan)
{
    /// <param name="file">What to upload.</param>
    /// <param name="show">Told of each step.</param>
    /// <param name="stop">Ends it; the result tells how far it came.</param>
    public async Task<UploadResult> UploadAsync(LocalFile file, Action<UploadStep> show, CancellationToken stop)
    {
        var so = new UploadResult(file.Path, Id: null, UploadResult.NotUploaded);
        try
        {
            var hash = await file.HashAsync(stop);
            var upload = await api.PresignAsync(new PresignRequest(file.Name, file.ContentType, file.Length, hash, plan.Profile), stop);
            so = so with { Id = upload.Id };
            await put.PutAsync(upload, file, sent => show(new UploadStep.Sent(file, sent)), stop);
            so = so with { Status = UploadResult.NotConfirmed };
            so = so with { Status = (await api.ConfirmAsync(upload.Id, stop)).Status };
            show(new UploadStep.Confirmed(file));
            if (plan.Wait is not { } limit) return so;
            var waited = await waiter.WaitAsync(upload.Id, revision: 0, limit, See, stop);
            return waited.Finished ? so : so with { Failure = NotFinished(upload.Id, limit) };
        }
        catch (CliFailure failure)
        {
            return so with { Failure = failure };
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return so;
        }

        void See(Answer<Asset> asset) => so = so with { Status = asset.Value.Status, Asset = asset };
    }

    private static CliFailure NotFinished(string id, TimeSpan limit) => new(
        ExitCode.Refused, "not_finished", $"Not finished after {limit.TotalSeconds:0} s; it goes on at the server. Look again: pipeline asset {id}");
}
