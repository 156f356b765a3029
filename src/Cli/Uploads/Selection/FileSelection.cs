namespace Pipeline.Cli.Uploads.Selection;

/// <summary>The files selected by the command line, stdin and folders.</summary>
/// <param name="Chosen">The files in the order in which they were named, including unusable ones with their reason.</param>
/// <param name="Skipped">Files in folders that were left out, such as hidden files and files other than photos, and files named twice.</param>
sealed record FileSelection(IReadOnlyList<ChosenFile> Chosen, IReadOnlyList<SkippedFile> Skipped)
{
    public IReadOnlyList<LocalFile> Files { get; } = [.. Chosen.Select(one => one.File).OfType<LocalFile>()];

    public IReadOnlyList<ChosenFile> Unusable { get; } = [.. Chosen.Where(one => one.File is null)];
}

/// <param name="Path">The path as it was named.</param>
/// <param name="File">Null if it cannot be uploaded.</param>
/// <param name="Failure">The reason, if it cannot be uploaded.</param>
sealed record ChosenFile(string Path, LocalFile? File, CliFailure? Failure = null);

sealed record SkippedFile(string Path, string Reason);
