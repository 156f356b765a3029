namespace Pipeline.Assets.Moves;

/// <summary>The codes of a move. The strings are part of the HTTP API and of the table.</summary>
public static class MoveCode
{
    /// <summary>The target lacks the object.</summary>
    public const string Missing = "missing";

    /// <summary>The two stores hold different bytes under one key.</summary>
    public const string Differs = "differs";

    /// <summary>Only the target has the object.</summary>
    public const string Extra = "extra";

    /// <summary>Only the target had the object, and the run has deleted it there.</summary>
    public const string ExtraDeleted = "extra_deleted";

    /// <summary>The object could not be copied.</summary>
    public const string CopyFailed = "copy_failed";

    /// <summary>Both stores hold the same bytes.</summary>
    public const string Equal = "equal";

    /// <summary>The problem code of a run that cannot begin.</summary>
    public const string NotReady = "migrate_not_ready";

    /// <summary>The problem code of a switch while something differs.</summary>
    public const string Incomplete = "migrate_incomplete";

    /// <summary>The problem code of a way back that comes too late.</summary>
    public const string BackExpired = "migrate_back_expired";
}
