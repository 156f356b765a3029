using Pipeline.Storage.S3;
using Pipeline.Storage.Tests.Contract;

namespace Pipeline.Storage.Tests.S3;

[Collection(RealS3.Name)]
public sealed class S3MultipartUploadsTests(S3Server server) : MultipartUploadsContract
{
    protected override IMultipartUploads Uploads => server.Store.Multipart;

    protected override IUploadSigner Signer { get; } = new S3UploadSigner(S3Server.Area, writeOnce: false, TimeProvider.System);

    protected override IObjectStore Store => server.Store;
}

/// <summary>The same below a prefix.</summary>
[Collection(RealS3.Name)]
public sealed class S3MultipartUploadsBelowAPrefixTests : MultipartUploadsContract, IDisposable
{
    private static readonly S3AreaSettings Area = S3Server.Area with { Prefix = "below/" };
    private readonly S3ObjectStore _store = S3Server.Open(Area);

    protected override IMultipartUploads Uploads => _store.Multipart;

    protected override IUploadSigner Signer { get; } = new S3UploadSigner(Area, writeOnce: false, TimeProvider.System);

    protected override IObjectStore Store => _store;

    public void Dispose() => _store.Dispose();
}
