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
    /// <param name="stop">Ends it with an exception; all else that goes wrong is in the result.</param>
    public async Task<UploadResult> UploadAsync(LocalFile file, Action<UploadStep> show, CancellationToken stop)
    {
        string? id = null;
        var status = UploadResult.NotUploaded;
        try
        {
            var upload = await api.PresignAsync(new PresignRequest(file.Name, file.ContentType, file.Length, plan.Profile), stop);
            id = upload.Id;
            await put.PutAsync(upload, file, sent => show(new UploadStep.Sent(file, sent)), stop);
            status = UploadResult.NotConfirmed;
            status = (await api.ConfirmAsync(id, stop)).Status;
            show(new UploadStep.Confirmed(file));
            return plan.Wait is { } limit ? await WaitAsync(file, id, status, limit, stop) : new UploadResult(file, id, status);
        }
        catch (CliFailure failure)
        {
            return new UploadResult(file, id, status, Failure: failure);
        }
    }

    private async Task<UploadResult> WaitAsync(LocalFile file, string id, string status, TimeSpan limit, CancellationToken stop)
    {
        var waited = await waiter.WaitAsync(id, revision: 0, limit, stop);
        var late = waited.Finished
            ? null
            : new CliFailure(ExitCode.Refused, "not_finished",
                $"Not finished after {limit.TotalSeconds:0} s; it goes on at the server. Look again: pipeline asset {id}");
        return new UploadResult(file, id, waited.Last?.Value.Status ?? status, waited.Last, late);
    }
}
