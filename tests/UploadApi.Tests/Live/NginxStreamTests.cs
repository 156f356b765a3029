using System.Diagnostics;
using Pipeline.Assets;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Live;

/// <summary>A stream behind Debian's nginx as it is: it collects responses, and ends those that are silent for too long.</summary>
[Collection(ApiHostTests.Name)]
public sealed class NginxStreamTests(ApiHost api) : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly int _port = FreePort.Take();
    private readonly string _user = $"user-{Guid.NewGuid():N}";
    private Process _nginx = null!;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(_folder["nginx.conf"], $$"""
            daemon off;
            worker_processes 1;
            pid {{_folder["nginx.pid"]}};
            error_log {{_folder["error.log"]}};
            events { }
            http {
                access_log off;
                proxy_read_timeout 20s;
                client_body_temp_path {{_folder["body"]}};
                proxy_temp_path {{_folder["proxy"]}};
                fastcgi_temp_path {{_folder["fastcgi"]}};
                uwsgi_temp_path {{_folder["uwsgi"]}};
                scgi_temp_path {{_folder["scgi"]}};
                server { listen 127.0.0.1:{{_port}}; location / { proxy_pass http://127.0.0.1:{{api.Address.Port}}; } }
            }
            """);
        _nginx = Process.Start(new ProcessStartInfo("/usr/sbin/nginx", ["-c", _folder["nginx.conf"], "-e", _folder["error.log"]])).ShouldNotBeNull();
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_port}") };
        await Eventually.True(async () => await AnswersAsync(http), "nginx is up");
    }

    public async Task DisposeAsync()
    {
        _nginx.Kill(entireProcessTree: true);
        await _nginx.WaitForExitAsync();
        _nginx.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Messages_arrive_one_by_one_and_comments_keep_the_stream_open()
    {
        var asset = await api.AddAsync(Some.Upload(Now, owner: _user));
        using var stream = await EventStream.OpenAsync(new Uri($"http://127.0.0.1:{_port}"), $"/api/assets/{asset.Id}/events", AppToken.For(_user, ApiHost.Secret));
        (await stream.NextAsync()).ShouldNotBeNull().Status.ShouldBe("pending");

        // Without them nginx would have ended the stream before the second.
        await stream.CommentAsync();
        await stream.CommentAsync();
        await api.ChangeAsync(asset.Id, a => a.Confirm(Some.ETag, null, Now));
        (await stream.NextAsync()).ShouldNotBeNull().Status.ShouldBe("queued");
        await api.ChangeAsync(asset.Id, a => a.MarkReady(Some.Ready(a), Now));

        (await stream.ToEndAsync()).Select(m => m.Status ?? m.Event).ShouldBe(["ready", "end"]);
    }

    private static async Task<bool> AnswersAsync(HttpClient http)
    {
        try
        {
            return (await http.GetAsync(new Uri("/health/live", UriKind.Relative))).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
