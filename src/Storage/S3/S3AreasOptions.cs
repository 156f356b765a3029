using System.ComponentModel.DataAnnotations;

namespace Pipeline.Storage.S3;

/// <summary>Settings of each area. Section <c>Storage:Areas</c>. Areas with equal settings share one store.</summary>
public sealed class S3AreasOptions : IValidatableObject
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Storage:Areas";

    /// <summary>Uploads of clients. Private.</summary>
    public S3AreaOptions Incoming { get; set; } = new();

    /// <summary>
    /// The frozen bytes that were scanned. Private. If the area shares a store with <see cref="Incoming"/>, the store copies them; otherwise the
    /// server uploads them.
    /// </summary>
    public S3AreaOptions Originals { get; set; } = new();

    /// <summary>The variants. Served to everyone.</summary>
    public S3AreaOptions Public { get; set; } = new();

    /// <summary>The variants of private assets. Private. Each setting that is missing here is that of <see cref="Originals"/>, except for the storage class.</summary>
    public S3AreaOptions Private { get; set; } = new();

    /// <summary>Infected files, if they are kept. Private.</summary>
    public S3AreaOptions Quarantine { get; set; } = new();

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        Named().SelectMany(area => area.Options.Faults($"{Section}:{area.Name}")).Select(fault => new ValidationResult(fault));

    /// <summary>All areas with the names of their sections.</summary>
    internal IEnumerable<(string Name, S3AreaOptions Options)> Named() =>
        [(nameof(Incoming), Incoming), (nameof(Originals), Originals), (nameof(Public), Public), (nameof(Private), Private), (nameof(Quarantine), Quarantine)];
}
