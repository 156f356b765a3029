using System.Buffers.Binary;
using Microsoft.AspNetCore.Mvc;
using Pipeline.Assets;
using Pipeline.Assets.Runs;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Overview;

/// <param name="Status">Only assets in this state.</param>
/// <param name="Failed">true: only assets whose last revision failed for good, as a retry takes them.</param>
/// <param name="Code">Only assets with this code of a failure or rejection.</param>
/// <param name="Engine">Only assets that failed with this engine; empty for failures that no worker reported.</param>
/// <param name="Profile">Only assets of this profile.</param>
/// <param name="OwnerId">Only assets of this user.</param>
/// <param name="CreatedFrom">Only assets requested at or after this time.</param>
/// <param name="CreatedTo">Only assets requested before this time.</param>
/// <param name="Cursor">The nextCursor of an earlier answer.</param>
internal sealed record OperatorAssetFilter(
    [property: FromQuery(Name = "status")] string? Status, [property: FromQuery(Name = "failed")] bool? Failed, [property: FromQuery(Name = "code")] string? Code,
    [property: FromQuery(Name = "engine")] string? Engine, [property: FromQuery(Name = "profile")] string? Profile, [property: FromQuery(Name = "ownerId")] string? OwnerId,
    [property: FromQuery(Name = "createdFrom")] DateTimeOffset? CreatedFrom, [property: FromQuery(Name = "createdTo")] DateTimeOffset? CreatedTo,
    [property: FromQuery(Name = "cursor")] string? Cursor)
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 200;

    /// <summary>The errors by field; empty if the filter is right.</summary>
    /// <param name="most">Most assets of the page.</param>
    public Dictionary<string, string[]> Errors(int most)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (Status is not null && !RunRequestCheck.Statuses.Contains(Status)) errors["status"] = [$"must be one of {string.Join(", ", RunRequestCheck.Statuses)}"];
        if (Code is not null && !RunRequestCheck.Codes.Contains(Code)) errors["code"] = [$"must be one of {string.Join(", ", RunRequestCheck.Codes)}"];
        if (Engine is { Length: > 256 }) errors["engine"] = ["must have at most 256 characters"];
        if (Profile is { Length: 0 or > 32 }) errors["profile"] = ["must have 1 to 32 characters"];
        if (OwnerId is { Length: 0 or > 128 }) errors["ownerId"] = ["must have 1 to 128 characters"];
        if (CreatedFrom >= CreatedTo) errors["createdTo"] = ["must be after createdFrom"];
        if (most is < 1 or > MaxLimit) errors["limit"] = [$"must be 1 to {MaxLimit}"];
        if (Cursor is not null && !PageCursor.TryRead(Cursor, out Guid _)) errors["cursor"] = ["must be a nextCursor of an earlier answer"];
        return errors;
    }

    /// <summary>The smallest id of assets that were requested at or after a time.</summary>
    public static Guid FirstIdAt(DateTimeOffset at)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Math.Max(0, at.ToUnixTimeMilliseconds()) << 16);
        bytes[6] = 0x70;
        bytes[8] = 0x80;
        return new Guid(bytes, bigEndian: true);
    }
}
