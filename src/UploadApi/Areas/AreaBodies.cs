using System.Text.Json.Serialization;
using Pipeline.Assets.Moves;

namespace Pipeline.UploadApi.Areas;

/// <param name="To">The target.</param>
/// <param name="Back">true: back from the target to the area's own store.</param>
/// <param name="Reason">Why; kept in the audit.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SwitchAreaRequest(string? To, bool? Back, string? Reason);

/// <param name="Items">All areas that can move.</param>
public sealed record AreaList(IReadOnlyList<AreaView> Items);
