namespace Pipeline.Assets.Commands;

/// <summary>How a change of an asset ended.</summary>
public abstract record ChangeResult
{
    private ChangeResult()
    {
    }

    /// <summary>The change is made, or an earlier request has made it.</summary>
    public sealed record Done(Asset Asset) : ChangeResult;

    /// <summary>The caller has no such asset.</summary>
    public sealed record NotFound : ChangeResult;

    /// <summary>The asset's status does not allow the change.</summary>
    public sealed record NotAllowed(AssetStatus Status) : ChangeResult;
}
