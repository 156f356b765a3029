namespace Pipeline.Corpus;

/// <summary>What became of a row.</summary>
/// <param name="Got">The last status that was seen, or <c>error</c>.</param>
/// <param name="Code">Why it was rejected or failed.</param>
/// <param name="Wrong">What is not as the row says.</param>
/// <param name="Broken">Promises that every published file must keep, whatever the row says.</param>
/// <param name="Notes">What is worth knowing but not wrong.</param>
internal sealed record RowResult(CorpusRow Row, string Got, string Code, IReadOnlyList<string> Wrong, IReadOnlyList<string> Broken, IReadOnlyList<string> Notes)
{
    public bool Failed => (Row.Counts && Wrong.Count > 0) || Broken.Count > 0;

    public RowResult AndBroken(IEnumerable<string> broken) => this with { Broken = [.. Broken, .. broken] };
}
