namespace Pipeline.Storage.Targets;

/// <summary>The second store of an area, to which the area moves.</summary>
/// <param name="Name">The name of the target in the configuration.</param>
/// <param name="Own">The area's own store.</param>
/// <param name="Store">The store of the target.</param>
/// <param name="OwnLocation">Where the area's own store is, without keys.</param>
/// <param name="Location">Where the target is, without keys. Equal on all hosts that write to it.</param>
/// <param name="Origin">The address of the target's server; null for a store without one.</param>
public sealed record AreaTarget(string Name, IObjectStore Own, IObjectStore Store, string OwnLocation, string Location, Uri? Origin = null);
