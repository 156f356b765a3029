namespace Pipeline.Client;

/// <summary>The result of uploading one file.</summary>
/// <param name="Path">The file, as it was named.</param>
/// <param name="Id">The asset's id, once the server has assigned one.</param>
/// <param name="Status">The asset's last known status, or the step that the upload reached.</param>
/// <param name="Asset">The asset's last known state.</param>
/// <param name="Failure">Why the upload stopped.</param>
/// <param name="IsExisting">Whether the server already had the file, so that it was not sent.</param>
internal sealed record UploadResult(
    string Path, string? Id, string Status, Answer<Asset>? Asset = null, PipelineException? Failure = null, bool IsExisting = false)
{
    public const string NotUploaded = "not uploaded";

    /// <summary>The bytes were stored, but the confirm request failed or its answer was lost.</summary>
    public const string NotConfirmed = "not confirmed";

    /// <summary>Whether the upload is confirmed, whatever the result of processing.</summary>
    public bool IsUploaded => Status is not (NotUploaded or NotConfirmed);
}
