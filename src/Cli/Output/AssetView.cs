using System.Globalization;

namespace Pipeline.Cli.Output;

/// <summary>Formats assets as text.</summary>
static class AssetView
{
    /// <summary>One row for each variant: the name, its pixels, format, bytes and URL.</summary>
    public static TextTable Variants(Asset asset)
    {
        var table = new TextTable("VARIANT", "PIXELS", "FORMAT", "BYTES", "URL");
        foreach (var variant in asset.Variants ?? [])
            table.Add(variant.Name, Pixels(variant.Width, variant.Height), variant.Animated ? $"{variant.Format} (animated)" : variant.Format, $"{variant.Bytes}", variant.Url ?? "(private)");
        return table;
    }

    /// <summary>Why the asset is not ready, or why its last rerun failed; empty if there is no reason.</summary>
    public static string Reason(Asset? asset) => (asset?.Rejection, asset?.Failure) switch
    {
        ({ } rejection, _) => $"{rejection.Code}: {rejection.Reason}",
        (_, { } failure) => $"{failure.Code}: {failure.Reason}",
        _ => "",
    };

    /// <summary>The status, and the revision in progress, if any.</summary>
    public static string Status(Asset asset) =>
        asset.Work is { } work ? $"{asset.Status} (revision {work.Revision} {work.Status})" : asset.Status;

    /// <summary>The focal point in the form that <c>pipeline focus</c> accepts.</summary>
    public static string Focus(FocalPoint? point) =>
        point is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{point.X} {point.Y}");

    public static string Stale(Asset asset) => asset.Stale ? "yes" : "";

    public static string Pixels(int? width, int? height) => width is null || height is null ? "" : $"{width}×{height}";

    public static string Time(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'") ?? "";
}
