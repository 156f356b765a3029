using System.ComponentModel.DataAnnotations;

namespace Pipeline.UploadApi.Tidying;

/// <summary>When objects that no row needs are removed. Section <c>Tidying</c>.</summary>
public sealed class TidyOptions
{
    public const string Section = "Tidying";

    /// <summary>
    /// Seconds that the variants of an earlier revision stay after a newer one is ready. Default 86,400, a day: pages that were
    /// rendered before still show them.
    /// </summary>
    [Range(0, 31_536_000)]
    public int KeepSupersededSeconds { get; set; } = 86_400;
}
