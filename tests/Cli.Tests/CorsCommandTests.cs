using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.AspNetCore.Http;

namespace Pipeline.Cli.Tests;

public sealed class CorsCommandTests : IDisposable
{
    private const string Secret = "pipeline-test-secret-of-no-worth";
    private readonly CliRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Without_apply_the_rule_is_printed_for_whoever_pastes_it()
    {
        (await _run.RunAsync("cors", "--origin", "https://app.example.com/upload")).ShouldBe(0);

        var rule = _run.Document[0];
        rule.GetProperty("AllowedOrigins")[0].GetString().ShouldBe("https://app.example.com");
        rule.GetProperty("AllowedMethods").EnumerateArray().Select(m => m.GetString()).ShouldBe(["GET", "PUT", "POST", "DELETE", "HEAD"]);
        rule.GetProperty("ExposeHeaders")[0].GetString().ShouldBe("ETag");
        rule.GetProperty("MaxAgeSeconds").GetInt32().ShouldBe(3600);
    }

    [Fact]
    public async Task The_origin_can_come_from_the_setting_of_the_hosts()
    {
        _run.Variables["FRONTEND_URL"] = "https://app.example.com";

        (await _run.RunAsync("cors", "--json")).ShouldBe(0);

        _run.Document.GetProperty("applied").GetBoolean().ShouldBeFalse();
        _run.Document.GetProperty("rules")[0].GetProperty("AllowedOrigins")[0].GetString().ShouldBe("https://app.example.com");
    }

    [Theory]
    [InlineData("app.example.com")]
    [InlineData("ftp://app.example.com")]
    [InlineData("https://somebody@app.example.com")]
    public async Task What_is_no_address_of_a_front_end_is_refused(string origin)
    {
        (await _run.RunAsync("cors", "--origin", origin)).ShouldBe(2);
        _run.ErrorLines.ShouldHaveSingleItem().ShouldContain(origin);
    }

    [Fact]
    public async Task Several_front_ends_share_one_rule()
    {
        (await _run.RunAsync("cors", "--origin", "https://app.example.com", "--origin", "http://localhost:3000")).ShouldBe(0);

        _run.Document.EnumerateArray().ShouldHaveSingleItem().GetProperty("AllowedOrigins").EnumerateArray().Select(o => o.GetString())
            .ShouldBe(["https://app.example.com", "http://localhost:3000"]);
    }

    [Fact]
    public async Task The_setting_of_the_hosts_can_name_several()
    {
        _run.Variables["FRONTEND_URL"] = "https://app.example.com, http://localhost:3000/";

        (await _run.RunAsync("cors", "--json")).ShouldBe(0);

        _run.Document.GetProperty("rules")[0].GetProperty("AllowedOrigins").EnumerateArray().Select(o => o.GetString())
            .ShouldBe(["https://app.example.com", "http://localhost:3000"]);
    }

    [Fact]
    public async Task No_origin_is_told_with_both_ways_to_give_one()
    {
        (await _run.RunAsync("cors")).ShouldBe(2);
        _run.ErrorLines.ShouldHaveSingleItem().ShouldContain("--origin URL or set FRONTEND_URL");
    }

    [Fact]
    public async Task All_missing_settings_of_the_bucket_are_named_in_one_line()
    {
        (await _run.RunAsync("cors", "--apply", "--origin", "https://app.example.com")).ShouldBe(2);

        var line = _run.ErrorLines.ShouldHaveSingleItem();
        foreach (var name in new[] { "R2_ACCOUNT_ID", "R2_ACCESS_KEY_ID", "R2_SECRET_ACCESS_KEY", "R2_BUCKET_NAME" }) line.ShouldContain(name);
        line.ShouldNotContain("R2_PUBLIC_URL", customMessage: "a rule for uploads has nothing to do with where variants are read");
    }

    [Fact]
    public async Task Applied_the_real_store_answers_the_front_end_and_keeps_the_rules_of_others()
    {
        using var client = Client();
        var bucket = $"pipeline-cors-{Guid.NewGuid():N}";
        await client.PutBucketAsync(bucket);
        try
        {
            var other = new CORSRule { AllowedOrigins = ["https://other.example"], AllowedMethods = ["GET"] };
            await client.PutCORSConfigurationAsync(new() { BucketName = bucket, Configuration = new() { Rules = [other] } });
            UseRealStore(bucket);

            (await _run.RunAsync("cors", "--apply", "--origin", "https://app.example.com")).ShouldBe(0, _run.Error);

            var rules = (await client.GetCORSConfigurationAsync(new GetCORSConfigurationRequest { BucketName = bucket })).Configuration.Rules;
            rules.SelectMany(r => r.AllowedOrigins).ShouldBe(["https://app.example.com", "https://other.example"]);
            _run.Document.EnumerateArray().Select(r => r.GetProperty("AllowedOrigins")[0].GetString())
                .ShouldBe(["https://app.example.com", "https://other.example"], "all that the bucket has is shown");
            (await MayPutAsync(bucket, "https://app.example.com")).ShouldBeTrue();
            (await MayPutAsync(bucket, "https://evil.example")).ShouldBeFalse();
            (_run.Out + _run.Error).ShouldNotContain(Secret);
        }
        finally
        {
            await client.DeleteBucketAsync(bucket);
        }
    }

    [Fact]
    public async Task An_origin_that_our_old_rule_allowed_is_named_when_it_goes()
    {
        using var client = Client();
        var bucket = $"pipeline-cors-{Guid.NewGuid():N}";
        await client.PutBucketAsync(bucket);
        try
        {
            UseRealStore(bucket);
            (await _run.RunAsync("cors", "--apply", "--origin", "https://old.example")).ShouldBe(0, _run.Error);
            _run.Error.ShouldNotContain("previous rule");

            (await _run.RunAsync("cors", "--apply", "--origin", "https://app.example.com")).ShouldBe(0, _run.Error);

            _run.Error.ShouldContain("also allowed https://old.example");
            (await MayPutAsync(bucket, "https://old.example")).ShouldBeFalse();
        }
        finally
        {
            await client.DeleteBucketAsync(bucket);
        }
    }

    [Fact]
    public async Task A_key_without_the_right_is_told_what_to_do()
    {
        await using var store = await ScriptedApi.StartAsync();
        store.Instead = _ => Results.Text("<Error><Code>AccessDenied</Code><Message>no</Message></Error>", "application/xml", statusCode: 403);
        UseRealStore("photos");
        _run.Variables["Storage__S3__ServiceUrl"] = store.Address.ToString();

        (await _run.RunAsync("cors", "--apply", "--origin", "https://app.example.com")).ShouldBe(1);

        _run.ErrorLines.ShouldHaveSingleItem().ShouldContain("may not see or set the bucket's CORS rules");
    }

    [Theory]
    [InlineData(true, "internal error")]
    [InlineData(false, "cannot be reached")]
    public async Task A_store_that_is_away_or_ill_is_no_refusal(bool answers, string told)
    {
        var store = await ScriptedApi.StartAsync();
        store.Instead = _ => Results.StatusCode(503);
        UseRealStore("photos");
        _run.Variables["Storage__S3__ServiceUrl"] = store.Address.ToString();
        _run.Variables["Storage__S3__Retries"] = "0";
        if (!answers) await store.DisposeAsync();

        (await _run.RunAsync("cors", "--apply", "--origin", "https://app.example.com")).ShouldBe(3);

        _run.ErrorLines.ShouldHaveSingleItem().ShouldContain(told);
        await store.DisposeAsync();
    }

    [Fact]
    public async Task A_bucket_that_is_not_there_and_a_wrong_secret_are_told_in_one_line()
    {
        UseRealStore("pipeline-no-such-bucket");
        (await _run.RunAsync("cors", "--apply", "--origin", "https://app.example.com")).ShouldBe(1);
        _run.ErrorLines.ShouldHaveSingleItem().ShouldContain("no such bucket");

        _run.Variables["Storage__S3__SecretAccessKey"] = "wrong";
        (await _run.RunAsync("cors", "--apply", "--origin", "https://app.example.com")).ShouldBe(1);
        _run.ErrorLines[^1].ShouldContain("secret is wrong");
    }

    [Fact]
    public async Task The_secret_can_stand_in_a_file_and_a_file_that_is_missing_is_named()
    {
        UseRealStore("pipeline-no-such-bucket");
        _run.Variables.Remove("Storage__S3__SecretAccessKey");
        _run.Variables["R2_SECRET_ACCESS_KEY_FILE"] = _run.File("secret", System.Text.Encoding.ASCII.GetBytes(Secret + "\n"));
        (await _run.RunAsync("cors", "--apply", "--origin", "https://app.example.com")).ShouldBe(1);
        _run.ErrorLines[^1].ShouldContain("no such bucket", customMessage: "the secret was right");

        _run.Variables["R2_SECRET_ACCESS_KEY_FILE"] = "/nowhere/secret";
        (await _run.RunAsync("cors", "--apply", "--origin", "https://app.example.com")).ShouldBe(2);
        _run.ErrorLines[^1].ShouldContain("/nowhere/secret");
    }

    private static string Setting(string name, string otherwise) => Environment.GetEnvironmentVariable(name) ?? otherwise;

    private static AmazonS3Client Client() => new(
        Setting("PIPELINE_S3_ACCESS_KEY", "pipeline-test-key"),
        Setting("PIPELINE_S3_SECRET_KEY", Secret),
        new AmazonS3Config { ServiceURL = Setting("PIPELINE_S3", "http://127.0.0.1:9111"), ForcePathStyle = true, AuthenticationRegion = "auto" });

    private void UseRealStore(string bucket)
    {
        _run.Variables["Storage__S3__ServiceUrl"] = Setting("PIPELINE_S3", "http://127.0.0.1:9111");
        _run.Variables["Storage__S3__AccessKeyId"] = Setting("PIPELINE_S3_ACCESS_KEY", "pipeline-test-key");
        _run.Variables["Storage__S3__SecretAccessKey"] = Setting("PIPELINE_S3_SECRET_KEY", Secret);
        _run.Variables["Storage__S3__Bucket"] = bucket;
    }

    private static async Task<bool> MayPutAsync(string bucket, string origin)
    {
        using var http = new HttpClient();
        using var preflight = new HttpRequestMessage(HttpMethod.Options, $"{Setting("PIPELINE_S3", "http://127.0.0.1:9111")}/{bucket}/uploads/a.jpg");
        preflight.Headers.Add("Origin", origin);
        preflight.Headers.Add("Access-Control-Request-Method", "PUT");
        preflight.Headers.Add("Access-Control-Request-Headers", "content-type");
        using var answer = await http.SendAsync(preflight);
        return answer.IsSuccessStatusCode
            && answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var allowed) && allowed.Single() == origin;
    }
}
