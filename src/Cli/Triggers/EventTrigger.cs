using System.Text;
using Pipeline.Cli.Events;
using Pipeline.Cli.Uploads;

namespace Pipeline.Cli.Triggers;

/// <summary>The upload that causes an event.</summary>
/// <param name="AssetId">The asset that was uploaded or reserved.</param>
/// <param name="BatchId">Its batch.</param>
sealed record Caused(string AssetId, string BatchId)
{
    /// <summary>Whether an event is about this asset or batch.</summary>
    public bool IsSubjectOf(ReceivedEvent received) => received.Subject() is { } subject && (subject == AssetId || subject == BatchId);
}

/// <summary>Causes events for real, by a photo of a few bytes that the server deletes after a day.</summary>
sealed class EventTrigger(Session session)
{
    private const string FileName = "trigger.png";

    /// <summary>The types that an upload can cause.</summary>
    public static bool CanCause(string type) => type is not (EventTypes.Failed or EventTypes.WebhookPaused);

    public async Task<Caused> CauseAsync(string type, CancellationToken cancellationToken)
    {
        var file = new TemporaryPhoto(type == EventTypes.Rejected ? NoImage() : Photo());
        using (file)
        {
            var local = file.Local;
            var request = new PresignRequest(local.Name, local.ContentType, local.Length, await local.HashAsync(cancellationToken));
            var batch = await session.Api.PresignAsync(new PresignBatchRequest([request], Temporary: true), cancellationToken);
            var caused = new Caused(batch.Uploads[0].Id, batch.BatchId);
            if (type == EventTypes.Expired)
            {
                // Nothing was sent, so the upload expires with its batch.
                await session.Api.CloseBatchAsync(batch.BatchId, cancellationToken);
                return caused;
            }

            await session.Put.PutAsync(batch.Uploads[0], local, _ => { }, cancellationToken);
            await session.Api.ConfirmAsync(caused.AssetId, cancellationToken);
            if (type == EventTypes.Deleted) await session.Api.DeleteAsync(caused.AssetId, cancellationToken);
            return caused;
        }
    }

    private static byte[] Photo()
    {
        using var resource = typeof(EventTrigger).Assembly.GetManifestResourceStream(FileName)!;
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }

    private static byte[] NoImage() => Encoding.UTF8.GetBytes("This file has the name of an image, and the server rejects it.\n");

    /// <summary>A file that exists for one upload.</summary>
    private sealed class TemporaryPhoto : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pipeline-trigger-");

        public TemporaryPhoto(byte[] bytes)
        {
            var path = Path.Combine(_folder.FullName, FileName);
            File.WriteAllBytes(path, bytes);
            Local = LocalFile.Examine(path)!;
        }

        public LocalFile Local { get; }

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
