namespace Pipeline.Corpus;

/// <summary>The result of a row.</summary>
/// <param name="Got">The last status, or <c>error</c>.</param>
/// <param name="Code">The code of the rejection or failure.</param>
/// <param name="Wrong">Differences from the row.</param>
/// <param name="Broken">Violated rules that hold for every published file.</param>
/// <param name="Notes">Remarks that are not faults.</param>
internal sealed record RowResult(CorpusRow Row, string Got, string Code, IReadOnlyList<string> Wrong, IReadOnlyList<string> Broken, IReadOnlyList<string> Notes)
{
    public bool Failed => (Row.Counts && Wrong.Count > 0) || Broken.Count > 0;

    public RowResult AndBroken(IEnumerable<string> broken) => this with { Broken = [.. Broken, .. broken] };
}
