using Amazon.S3;
using Pipeline.Hosting.Diagnosis;
using Pipeline.Storage.S3;

namespace Pipeline.Storage.Diagnosis;

/// <summary>Tries whether the holder of an upload URL can make the file public before it is scanned.</summary>
internal sealed class PrivateUploadsCheck(PublicUploadProbe probe) : IDiagnosticCheck
{
    public string Name => "private uploads";

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            return [await probe.FindAsync(cancellationToken) is { } header
                ? Finding.Fail(Name, $"The holder of an upload URL can make the file public ({header}).", "Close the bucket of uploads to the public: docs/operations.md, Uploads stay private.")
                : Finding.Ok(Name, "An upload stays private, also with the headers that ask the store to make it public.")];
        }
        catch (Exception e) when (e is AmazonS3Exception or HttpRequestException or IOException or TimeoutException)
        {
            // The check of the areas says why the store does not answer.
            return [Finding.Warn(Name, "The store did not answer, so this is unknown.", "Mend what the checks of the areas name, and ask again.")];
        }
    }
}
