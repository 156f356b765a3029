using System.Text.Json;

namespace Pipeline.Corpus;

/// <summary>Processes one file completely and compares the result with its row.</summary>
internal sealed class RowRunner(PipelineClient client, string downloads, TimeProvider time)
{
    private const string FallbackType = "image/jpeg";
    private const string Internal = "internal";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(100);

    /// <param name="number">Number of the row; names the folder of its downloads.</param>
    public async Task<RowResult> RunAsync(CorpusRow row, int number, CancellationToken cancellationToken)
    {
        var notes = new List<string>();
        using var deadline = new CancellationTokenSource(Deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var last = new LastSeen();
        try
        {
            return await RunAsync(row, number, last, notes, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new RowResult(row, last.Status, last.Code, [$"not done within {Deadline.TotalSeconds} s"], Blamed(last.Code), notes);
        }
        catch (Exception e) when (e is UnexpectedAnswerException or HttpRequestException or IOException or JsonException)
        {
            return new RowResult(row, "error", "", [(e.InnerException ?? e).Message], [], notes);
        }
    }

    private async Task<RowResult> RunAsync(
        CorpusRow row, int number, LastSeen last, List<string> notes, CancellationToken cancellationToken)
    {
        var token = client.Token();
        var size = new FileInfo(row.File).Length;
        var (upload, refusal) = await client.PresignAsync(token, Path.GetFileName(row.Path), row.DeclaredType, size, cancellationToken);
        if (upload is null && row.DeclaredType != FallbackType)
        {
            notes.Add($"{row.DeclaredType} refused at presign ({refusal})");
            // The type is only the client's claim; the bytes must be checked too.
            (upload, refusal) = await client.PresignAsync(token, Path.GetFileName(row.Path), FallbackType, size, cancellationToken);
        }

        if (upload is null)
        {
            notes.Add("refused at presign");
            return new RowResult(row, "rejected", refusal, row.Expected == "rejected" ? [] : ["refused at presign"], [], notes);
        }

        await client.PutAsync(upload, row.File, cancellationToken);
        await client.ConfirmAsync(token, upload.Id, cancellationToken);
        var asset = await UntilTerminalAsync(token, upload.Id, last, cancellationToken);
        var broken = asset.Status == "ready" ? await BrokenAsync(row, asset, number, cancellationToken) : Blamed(last.Code);
        return new RowResult(row, asset.Status, last.Code, Wrong(row, asset), broken, notes);
    }

    private async Task<AssetAnswer> UntilTerminalAsync(string token, Guid id, LastSeen last, CancellationToken cancellationToken)
    {
        while (true)
        {
            var asset = await client.AssetAsync(token, id, cancellationToken);
            last.Status = asset.Status;
            last.Code = asset.Rejection?.Code ?? asset.Failure?.Code ?? "";
            if (asset.Status is "ready" or "rejected" or "failed" or "expired" or "deleted")
                return asset;
            await Task.Delay(PollEvery, time, cancellationToken);
        }
    }

    private static List<string> Wrong(CorpusRow row, AssetAnswer asset)
    {
        var wrong = new List<string>();
        if (asset.Status != row.Expected)
            wrong.Add($"is {asset.Status}, should be {row.Expected}");
        if (asset.Status == "ready")
            wrong.AddRange(VariantChecks.Check(row, asset));
        else if (asset.Variants.Count > 0)
            wrong.Add($"has {asset.Variants.Count} variants");
        return wrong;
    }

    /// <summary>Every error caused by the bytes of a file must reject the file, even if a row allows several outcomes.</summary>
    private static List<string> Blamed(string code) => code == Internal ? ["ends as a fault of ours"] : [];

    private async Task<List<string>> BrokenAsync(CorpusRow row, AssetAnswer asset, int number, CancellationToken cancellationToken)
    {
        var broken = new List<string>();
        var markers = new Markers(row.Invariants, await File.ReadAllBytesAsync(row.File, cancellationToken));
        var folder = Directory.CreateDirectory(FolderOf(number)).FullName;
        foreach (var (i, variant) in asset.Variants.Index())
        {
            var bytes = await client.DownloadAsync(variant.Url, cancellationToken);
            broken.AddRange(VariantChecks.Check(asset, variant, bytes, markers));
            // Our own name: a string of the server must not become a path.
            await File.WriteAllBytesAsync(Path.Combine(folder, $"{i}.bin"), bytes, cancellationToken);
        }

        return broken;
    }

    /// <summary>Folder of a row's variants for exiftool.</summary>
    public string FolderOf(int number) => Path.Combine(downloads, $"{number}");

    private sealed class LastSeen
    {
        public string Status { get; set; } = "none";

        public string Code { get; set; } = "";
    }
}
