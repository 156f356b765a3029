using Pipeline.Storage.S3;
using Pipeline.Storage.Targets;
using Pipeline.Storage.Tests.Contract;
using Pipeline.Storage.Tests.S3;

namespace Pipeline.Storage.Tests.Targets;

/// <summary>An area with two stores behaves as one with one does, whichever side is read.</summary>
[Collection(RealS3.Name)]
public abstract class DoubleStoreContract : ObjectStoreContract, IDisposable
{
    private readonly S3ObjectStore _own = S3Server.Open(S3Server.Area with { Prefix = $"own-{Guid.NewGuid():N}/" });
    private readonly S3ObjectStore _target = S3Server.Open(S3Server.Area with { Prefix = $"target-{Guid.NewGuid():N}/" });
    private readonly DoubleStore _both;

    private protected DoubleStoreContract(bool isSwitched) => _both = new DoubleStore(_own, _target, () => isSwitched);

    protected override IObjectStore Store => _both;

    public void Dispose()
    {
        _own.Dispose();
        _target.Dispose();
        GC.SuppressFinalize(this);
    }
}

public sealed class DoubleStoreTests() : DoubleStoreContract(isSwitched: false);

public sealed class SwitchedDoubleStoreTests() : DoubleStoreContract(isSwitched: true);
