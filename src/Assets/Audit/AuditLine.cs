using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Pipeline.Assets.Audit;

/// <summary>
/// What an operator did or tried: a row that is only ever added. Triggers in the database refuse to change or delete it.
/// </summary>
public sealed class AuditLine
{
    public const int MaxVerb = 32;
    public const int MaxTarget = 128;
    public const int MaxReason = 500;

    /// <summary>The result of a change that was made.</summary>
    public const string Ok = "ok";

    private AuditLine() { }

    internal AuditLine(Caller caller, AuditEntry entry, string requestId, DateTimeOffset now)
    {
        (Id, At, TenantId, UserId) = (Guid.CreateVersion7(now), now, caller.TenantId, caller.UserId);
        Roles = string.Join(' ', Role.All.Where(caller.Roles.Contains));
        (Verb, Target, Filter, Reason, Result) = (entry.Verb, Cut(entry.Target), entry.Filter, entry.Reason, entry.Result);
        RequestId = Cut(requestId);
    }

    /// <summary>A UUIDv7, so the order of ids is the order in time.</summary>
    public Guid Id { get; private set; }

    public DateTimeOffset At { get; private set; }

    public string TenantId { get; private set; } = "";

    public string UserId { get; private set; } = "";

    /// <summary>The roles that the token named, separated by spaces; other values of the claim are left out.</summary>
    public string Roles { get; private set; } = "";

    /// <summary>The kind of change, such as <c>run.apply</c>.</summary>
    public string Verb { get; private set; } = "";

    /// <summary>The changed thing, usually an id; empty if there is none.</summary>
    public string Target { get; private set; } = "";

    /// <summary>The filter or the new settings as JSON; null without.</summary>
    public string? Filter { get; private set; }

    /// <summary>The reason that the operator gave.</summary>
    public string? Reason { get; private set; }

    /// <summary><see cref="Ok"/>, or the code of the problem that refused the request.</summary>
    public string Result { get; private set; } = "";

    /// <summary>The id of the request in the server's log.</summary>
    public string RequestId { get; private set; } = "";

    internal static void Configure(EntityTypeBuilder<AuditLine> line)
    {
        line.ToTable("audit_lines");
        line.HasKey(l => l.Id);
        line.Property(l => l.Id).ValueGeneratedNever();
        line.Property(l => l.TenantId).HasMaxLength(Caller.MaxTenantLength);
        line.Property(l => l.UserId).HasMaxLength(128);
        line.Property(l => l.Roles).HasMaxLength(64);
        line.Property(l => l.Verb).HasMaxLength(MaxVerb);
        line.Property(l => l.Target).HasMaxLength(MaxTarget);
        line.Property(l => l.Reason).HasMaxLength(MaxReason);
        line.Property(l => l.Result).HasMaxLength(64);
        line.Property(l => l.RequestId).HasMaxLength(MaxTarget);
        line.HasIndex(l => new { l.TenantId, l.Id });
        line.HasIndex(l => new { l.TenantId, l.Verb, l.Id });
        line.HasIndex(l => new { l.TenantId, l.UserId, l.Id });
    }

    // A path that a client typed may be a target.
    private static string Cut(string text)
    {
        var printable = string.Concat(text.Where(c => !char.IsControl(c) && !char.IsSurrogate(c)));
        return printable.Length <= MaxTarget ? printable : printable[..MaxTarget];
    }
}

/// <param name="Verb">The kind of change, such as <c>run.apply</c>; at most <see cref="AuditLine.MaxVerb"/> characters.</param>
/// <param name="Target">The changed thing, usually an id; empty if there is none.</param>
/// <param name="Filter">The filter or the new settings as JSON.</param>
/// <param name="Reason">The reason that the operator gave; at most <see cref="AuditLine.MaxReason"/> characters.</param>
/// <param name="Result"><see cref="AuditLine.Ok"/>, or the code of a problem.</param>
public sealed record AuditEntry(string Verb, string Target, string? Filter = null, string? Reason = null, string Result = AuditLine.Ok);
