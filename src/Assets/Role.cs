namespace Pipeline.Assets;

/// <summary>The roles that a token can name in its claim <c>role</c>. Each includes those before it.</summary>
public static class Role
{
    /// <summary>Reads what operators see.</summary>
    public const string Viewer = "viewer";

    /// <summary>Also plans, applies, pauses, resumes and cancels.</summary>
    public const string Operator = "operator";

    /// <summary>Also deletes and switches, and reads all assets of its tenant.</summary>
    public const string Admin = "admin";

    /// <summary>The lowest first.</summary>
    public static IReadOnlyList<string> All { get; } = [Viewer, Operator, Admin];

    /// <summary>Whether the caller has this role, or one that includes it.</summary>
    public static bool Has(this Caller caller, string role) => All.SkipWhile(lower => lower != role).Any(caller.Roles.Contains);
}
