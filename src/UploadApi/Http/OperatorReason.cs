using Microsoft.AspNetCore.Mvc;
using Pipeline.Assets.Audit;

namespace Pipeline.UploadApi.Http;

/// <summary>The reason that an operator gives for a change.</summary>
internal static class OperatorReason
{
    /// <summary>Null for an empty one.</summary>
    public static string? Of(string? reason) => string.IsNullOrWhiteSpace(reason) ? null : reason.Trim();

    public static ProblemDetails? Fault(string? reason) =>
        reason is not null && (reason.Length > AuditLine.MaxReason || reason.Any(char.IsControl) || reason.Any(char.IsSurrogate) && !IsPaired(reason))
            ? Problem.Invalid(new Dictionary<string, string[]>(StringComparer.Ordinal) { ["reason"] = [$"must have at most {AuditLine.MaxReason} characters, none of them a control character"] })
            : null;

    // PostgreSQL refuses half of a pair.
    private static bool IsPaired(string text) => System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text)) == text;
}
