using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Pipeline.Assets.Webhooks;

namespace Pipeline.UploadApi.Tests.Webhooks;

public sealed class WebhookSecretTests
{
    private const string TokenSecret = "a-secret-of-the-tests-0123456789-0123456789";
    private const string NewerSecret = "the-next-secret-of-them-0123456789-0123456789";

    [Fact]
    public void A_secret_has_32_random_bytes_and_the_prefix_of_the_standard()
    {
        var shown = WebhookSecrets.Show(WebhookSecrets.New());

        shown.ShouldStartWith("whsec_");
        Convert.FromBase64String(shown["whsec_".Length..]).Length.ShouldBe(32);
        WebhookSecrets.Show(WebhookSecrets.New()).ShouldNotBe(shown);
    }

    [Fact]
    public void What_is_stored_does_not_contain_the_secret_and_differs_each_time()
    {
        var (secrets, id, secret) = (new WebhookSecrets(WebhookKeys.Of(new WebhookOptions(), TokenSecret)), Guid.NewGuid(), WebhookSecrets.New());

        var stored = secrets.Encrypt(id, secret);

        Convert.FromBase64String(stored.Split('.')[1]).AsSpan().IndexOf(secret).ShouldBe(-1);
        secrets.Encrypt(id, secret).ShouldNotBe(stored);
        secrets.TryDecrypt(id, stored).ShouldBe(secret);
    }

    [Fact]
    public void The_secret_of_one_webhook_is_not_accepted_in_the_row_of_another()
    {
        var secrets = new WebhookSecrets(WebhookKeys.Of(new WebhookOptions(), TokenSecret));
        var stored = secrets.Encrypt(Guid.NewGuid(), WebhookSecrets.New());

        secrets.TryDecrypt(Guid.NewGuid(), stored).ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("no key")]
    [InlineData("a.b")]
    [InlineData("00000000.AAAA")]
    public void What_someone_edited_is_not_accepted(string stored) =>
        new WebhookSecrets(WebhookKeys.Of(new WebhookOptions(), TokenSecret)).TryDecrypt(Guid.NewGuid(), stored).ShouldBeNull();

    [Fact]
    public void A_changed_bit_is_not_accepted()
    {
        var (secrets, id) = (new WebhookSecrets(WebhookKeys.Of(new WebhookOptions(), TokenSecret)), Guid.NewGuid());
        var parts = secrets.Encrypt(id, WebhookSecrets.New()).Split('.');
        var bytes = Convert.FromBase64String(parts[1]);
        bytes[^1] ^= 1;

        secrets.TryDecrypt(id, $"{parts[0]}.{Convert.ToBase64String(bytes)}").ShouldBeNull();
        secrets.TryDecrypt(id, $"{parts[0]}.{Convert.ToBase64String(bytes[..20])}").ShouldBeNull();
    }

    [Fact]
    public void After_a_rotation_of_the_token_secret_older_secrets_can_be_read()
    {
        var (id, secret) = (Guid.NewGuid(), WebhookSecrets.New());
        var stored = new WebhookSecrets(WebhookKeys.Of(new WebhookOptions(), TokenSecret)).Encrypt(id, secret);

        new WebhookSecrets(WebhookKeys.Of(new WebhookOptions(), NewerSecret, TokenSecret)).TryDecrypt(id, stored).ShouldBe(secret);
        new WebhookSecrets(WebhookKeys.Of(new WebhookOptions(), NewerSecret)).TryDecrypt(id, stored).ShouldBeNull();
    }

    [Fact]
    public void A_configured_key_comes_before_the_token_secret()
    {
        var (id, secret) = (Guid.NewGuid(), WebhookSecrets.New());
        var options = new WebhookOptions { EncryptionKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) };
        var stored = new WebhookSecrets(WebhookKeys.Of(options, TokenSecret)).Encrypt(id, secret);

        new WebhookSecrets(WebhookKeys.Of(options)).TryDecrypt(id, stored).ShouldBe(secret);
        new WebhookSecrets(WebhookKeys.Of(new WebhookOptions(), TokenSecret)).TryDecrypt(id, stored).ShouldBeNull();
        new WebhookSecrets(WebhookKeys.Of(new WebhookOptions { PreviousEncryptionKey = options.EncryptionKey }, TokenSecret)).TryDecrypt(id, stored).ShouldNotBeNull();
    }

    [Fact]
    public void Without_any_key_nothing_can_be_encrypted() => new WebhookSecrets(WebhookKeys.Of(new WebhookOptions(), null, null)).CanEncrypt.ShouldBeFalse();

    [Theory]
    [InlineData("short")]
    [InlineData("AAAA")]
    public void A_key_that_is_not_32_bytes_in_base64_ends_the_start_and_is_not_shown(string key)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Webhooks:EncryptionKey", key), new("Webhooks:AllowNetworks:0", "10.1.0.0/33")]).Build();

        var error = Should.Throw<Microsoft.Extensions.Options.OptionsValidationException>(() => Pipeline.Hosting.ValidatedOptions.Read<WebhookOptions>(configuration, WebhookOptions.Section));

        error.Failures.ShouldContain(f => f.Contains("Webhooks:EncryptionKey", StringComparison.Ordinal));
        error.Failures.ShouldContain(f => f.Contains("10.1.0.0/33", StringComparison.Ordinal));
        error.Message.ShouldNotContain(key);
    }

    [Fact]
    public void An_answer_becomes_printable_text()
    {
        AnswerText.Of("Grüße\n\t✓"u8).ShouldBe("Grüße\n\t✓");
        AnswerText.Of("a\0b\u001b[31mc\u202ed\r\n"u8).ShouldBe("a?b?[31mc?d?\n");
        AnswerText.Of([0xff, (byte)'a', 0xc3, 0x28]).ShouldBe("?a?(");
        AnswerText.Of([(byte)'a', 0xe2, 0x9c]).ShouldBe("a", "the limit cut the last character");
        Encoding.UTF8.GetByteCount(AnswerText.Of(RandomNumberGenerator.GetBytes(AnswerText.MaxBytes))).ShouldBeLessThanOrEqualTo(AnswerText.MaxBytes);
    }

    [Fact]
    public void The_schedule_is_that_of_the_standard_with_a_fifth_of_jitter()
    {
        TimeSpan?[] waits = [.. Enumerable.Range(1, 10).Select(tries => new DeliverySchedule(() => 0.5).After(tries, null))];

        waits.ShouldBe([
            TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
            TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24), null,
        ]);
        new DeliverySchedule(() => 0).After(2, null).ShouldBe(TimeSpan.FromMinutes(4));
        new DeliverySchedule(() => 1).After(2, null).ShouldBe(TimeSpan.FromMinutes(6));
    }

    [Fact]
    public void A_webhook_that_asks_for_a_longer_wait_gets_it()
    {
        new DeliverySchedule(() => 0.5).After(1, TimeSpan.FromMinutes(1)).ShouldBe(TimeSpan.FromMinutes(1));
        new DeliverySchedule(() => 0.5).After(3, TimeSpan.FromMinutes(1)).ShouldBe(TimeSpan.FromMinutes(30));
    }
}
