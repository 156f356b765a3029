using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Pipeline.Assets.Webhooks;

/// <summary>The tables of webhooks.</summary>
internal static class WebhookTables
{
    public static void Configure(ModelBuilder model)
    {
        model.Entity<Webhook>(Configure);
        model.Entity<WebhookDelivery>(Configure);
        model.Entity<WebhookAttempt>(Configure);
    }

    private static void Configure(EntityTypeBuilder<Webhook> webhook)
    {
        webhook.ToTable("webhooks");
        webhook.HasKey(w => w.Id);
        webhook.Property(w => w.Id).ValueGeneratedNever();
        webhook.Property(w => w.TenantId).HasMaxLength(Caller.MaxTenantLength);
        webhook.Property(w => w.OwnerId).HasMaxLength(128);
        webhook.Property(w => w.Url).HasMaxLength(Webhook.MaxUrl);
        webhook.Property(w => w.Events).HasMaxLength(500);
        webhook.Property(w => w.Description).HasMaxLength(Webhook.MaxDescription);
        webhook.Property(w => w.Secret).HasMaxLength(200);
        webhook.Property(w => w.PreviousSecret).HasMaxLength(200);
        webhook.Property(w => w.Status).HasConversion<string>().HasMaxLength(16);
        webhook.Property(w => w.DisabledReason).HasConversion<string>().HasMaxLength(16);
        webhook.Property(w => w.Version).IsConcurrencyToken();
        webhook.Ignore(w => w.EventTypes);
        webhook.Ignore(w => w.Earlier);
        webhook.HasIndex(w => new { w.TenantId, w.OwnerId, w.Id });
        webhook.HasIndex(w => w.FailingSince).HasFilter("\"FailingSince\" IS NOT NULL");
        webhook.HasIndex(w => w.NextProbeAt).HasFilter("\"NextProbeAt\" IS NOT NULL");
    }

    private static void Configure(EntityTypeBuilder<WebhookDelivery> delivery)
    {
        // No foreign key to the webhook: a deleted one may have a hundred thousand deliveries, which the retention deletes in steps.
        delivery.ToTable("webhook_deliveries");
        delivery.HasKey(d => new { d.WebhookId, d.Position });
        delivery.Property(d => d.Type).HasMaxLength(32);
        delivery.Property(d => d.Status).HasConversion<string>().HasMaxLength(16);
        delivery.Property(d => d.Claims).IsConcurrencyToken();
        delivery.Ignore(d => d.Id);
        delivery.HasIndex(d => new { d.WebhookId, d.AssetId, d.Sequence }).IsUnique();
        delivery.HasIndex(d => d.EventAt);

        // The first index finds the webhooks with due deliveries; the second gives a claim their order in the feed.
        delivery.HasIndex(d => new { d.WebhookId, d.NextAttemptAt }).HasFilter("\"Status\" = 'Pending'");
        delivery.HasIndex(d => new { d.WebhookId, d.Position }, "IX_webhook_deliveries_pending").HasFilter("\"Status\" = 'Pending'");
        delivery.HasIndex(d => new { d.WebhookId, d.LeasedUntil }).HasFilter("\"LeasedUntil\" IS NOT NULL");
    }

    private static void Configure(EntityTypeBuilder<WebhookAttempt> attempt)
    {
        attempt.ToTable("webhook_attempts");
        attempt.HasKey(a => new { a.WebhookId, a.Position, a.Number });
        attempt.Property(a => a.Answer).HasMaxLength(AnswerText.MaxBytes);
        attempt.Property(a => a.Error).HasMaxLength(32);
        attempt.HasOne<WebhookDelivery>().WithMany().HasForeignKey(a => new { a.WebhookId, a.Position }).OnDelete(DeleteBehavior.Cascade);
    }
}
