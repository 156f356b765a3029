namespace Pipeline.Cli.Uploads.Selection;

/// <summary>What a command line, a list on stdin and folders come to.</summary>
/// <param name="Chosen">In the order in which they were named; what cannot be uploaded is among them with its reason.</param>
/// <param name="Skipped">What stands in a folder and is no photo, or is named twice.</param>
sealed record FileSelection(IReadOnlyList<ChosenFile> Chosen, IReadOnlyList<SkippedFile> Skipped)
{
    public IReadOnlyList<LocalFile> Files { get; } = [.. Chosen.Select(one => one.File).OfType<LocalFile>()];

    public IReadOnlyList<ChosenFile> Unusable { get; } = [.. Chosen.Where(one => one.File is null)];
}

/// <param name="Path">As it was named.</param>
/// <param name="File">Null if it cannot be uploaded.</param>
/// <param name="Failure">Then why.</param>
sealed record ChosenFile(string Path, LocalFile? File, CliFailure? Failure = null);

sealed record SkippedFile(string Path, string Reason);
