namespace Pipeline.Assets.Reconciliation;

/// <summary>The parts of a comparison, in their order.</summary>
internal enum ReconcilePart
{
    Objects,
    Rows,
    Queue,
}

/// <summary>Where a comparison goes on. As text: the part, the number of the area and the last key or id, separated by bars, which no key has.</summary>
internal sealed record ReconcilePosition(ReconcilePart Part, int AreaNumber = 0, string? After = null)
{
    /// <summary>The beginning of the rows.</summary>
    public static ReconcilePosition Rows { get; } = new(ReconcilePart.Rows);

    public ReconcileArea Area => ReconcileArea.All[AreaNumber];

    public Guid? AfterId => After is null ? null : Guid.ParseExact(After, "D");

    public ReconcilePosition At(string key) => this with { After = key };

    public ReconcilePosition At(Guid id) => this with { After = id.ToString("D") };

    public ReconcilePosition NextArea() => AreaNumber + 1 < ReconcileArea.All.Count ? new ReconcilePosition(Part, AreaNumber + 1) : Rows;

    /// <summary>The next part.</summary>
    public ReconcilePosition Next() => new(Part == ReconcilePart.Objects ? ReconcilePart.Rows : ReconcilePart.Queue);

    public static ReconcilePosition Read(string? text)
    {
        if (text is null) return new ReconcilePosition(ReconcilePart.Objects);
        var parts = text.Split('|');
        return new ReconcilePosition(Enum.Parse<ReconcilePart>(parts[0], ignoreCase: true), int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture), parts[2].Length == 0 ? null : parts[2]);
    }

    public override string ToString() => $"{Part.ToString().ToLowerInvariant()}|{AreaNumber}|{After}";
}
