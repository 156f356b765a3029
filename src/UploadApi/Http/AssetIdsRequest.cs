namespace Pipeline.UploadApi.Http;

/// <summary>Names several assets.</summary>
/// <param name="Ids">1 to <see cref="MaxIds"/> ids; an id may occur more than once.</param>
public sealed record AssetIdsRequest(IReadOnlyList<Guid>? Ids)
{
    /// <summary>Most ids in one request.</summary>
    public const int MaxIds = 100;

    /// <summary>How many requests it counts as.</summary>
    internal int Count => Ids?.Count ?? 1;

    /// <summary>The errors of each field; empty if the request is valid.</summary>
    internal IReadOnlyDictionary<string, string[]> Errors() => Ids is { Count: >= 1 and <= MaxIds }
        ? new Dictionary<string, string[]>(StringComparer.Ordinal)
        : new Dictionary<string, string[]>(StringComparer.Ordinal) { ["ids"] = [$"must be 1 to {MaxIds} ids"] };
}

/// <summary>Why a request failed for one of its assets.</summary>
/// <param name="Code">The code of the error, as a request for this asset alone would answer.</param>
/// <param name="Detail">A sentence for people.</param>
public sealed record ItemError(string Code, string Detail)
{
    internal static ItemError Of(Microsoft.AspNetCore.Mvc.ProblemDetails problem) => new(problem.Extensions["code"]!.ToString()!, problem.Detail!);
}
