using System.Diagnostics;
using System.Net;

namespace Pipeline.EndToEnd.Hostile;

/// <summary>An embedded server behind a relay on the same machine, which makes every client look local.</summary>
public sealed class RelayTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private Server _server = null!;

    public async Task InitializeAsync() => _server = await Server.StartAsync(("Development__Tokens", "true"));

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Behind_nginx_with_a_plain_proxy_pass_a_stranger_gets_no_token()
    {
        var port = FreePort.Take();
        await File.WriteAllTextAsync(_folder["nginx.conf"], $$"""
            daemon off;
            worker_processes 1;
            pid {{_folder["nginx.pid"]}};
            error_log {{_folder["error.log"]}};
            events { }
            http {
                access_log off;
                client_body_temp_path {{_folder["body"]}};
                proxy_temp_path {{_folder["proxy"]}};
                fastcgi_temp_path {{_folder["fastcgi"]}};
                uwsgi_temp_path {{_folder["uwsgi"]}};
                scgi_temp_path {{_folder["scgi"]}};
                server { listen 127.0.0.1:{{port}}; location / { proxy_pass http://localhost:{{_server.Address.Port}}; } }
            }
            """);
        using var nginx = Process.Start(new ProcessStartInfo("/usr/sbin/nginx", ["-c", _folder["nginx.conf"], "-e", _folder["error.log"]]))!;
        try
        {
            await NobodyGetsInAsync(port);
        }
        finally
        {
            nginx.Kill(entireProcessTree: true);
            await nginx.WaitForExitAsync();
        }
    }

    [Fact]
    public async Task Behind_a_tcp_relay_a_stranger_gets_no_token()
    {
        await using var relay = new FaultProxy("127.0.0.1", _server.Address.Port);
        await NobodyGetsInAsync(relay.Port);
    }

    private static async Task NobodyGetsInAsync(int port)
    {
        using var stranger = new HttpClient { BaseAddress = new Uri($"http://localhost:{port}") };
        await Eventually.True(async () => await AnswersAsync(stranger), "the relay is up");
        foreach (var path in new[] { "/dev/token", "/dev/sign-in-links", "/dev/sign-in" })
        {
            foreach (var key in new[] { null, "guess" })
            {
                using var response = await stranger.PostAsJsonAsync(path, new { key, userId = "admin", role = "admin" });
                response.StatusCode.ShouldBeOneOf(HttpStatusCode.Unauthorized, HttpStatusCode.NotFound);
                (await response.Content.ReadAsStringAsync()).ShouldNotContain("eyJ");
            }
        }
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
