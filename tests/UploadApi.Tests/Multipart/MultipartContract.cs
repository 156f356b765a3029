using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Pipeline.Storage;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Multipart;

/// <summary>The routes for large files, by HTTP and with real PUTs to the store.</summary>
public abstract partial class MultipartContract(ApiHost api)
{
    private const string Root = "/api/upload/multipart";
    private const int PartSize = 5 * 1024 * 1024;
    private static readonly byte[] Photo = RandomNumberGenerator.GetBytes(PartSize + 7);
    private static readonly HttpClient Http = new();
    private readonly string _user = $"user-{Guid.NewGuid():N}";

    [Fact]
    public async Task A_file_comes_in_parts_in_any_order_and_is_confirmed_by_the_completion()
    {
        var begun = await BeginAsync();
        begun.Status.ShouldBe(200);
        (begun.Json["partSize"]!.GetValue<long>(), begun.Json["partCount"]!.GetValue<int>(), begun.Json["expiresIn"]!.GetValue<int>()).ShouldBe((PartSize, 2, 86_400));
        begun.Text("publicUrl").ShouldEndWith($"/api/assets/{begun.Text("id")}/image");
        begun.Text("key").ShouldStartWith($"uploads/{_user}/");
        var id = begun.Text("id");

        var signed = await SignAsync(id, 2, 1);
        signed.Status.ShouldBe(200);
        signed.Json["parts"]!.AsArray().Select(part => (part!["number"]!.GetValue<int>(), part["size"]!.GetValue<int>(), part["method"]!.ToString(), part["headers"]!.AsObject().Count))
            .ShouldBe([(2, 7, "PUT", 0), (1, PartSize, "PUT", 0)]);
        foreach (var part in signed.Json["parts"]!.AsArray()) (await PutAsync(part!)).ShouldBe(HttpStatusCode.OK);

        var state = await StateAsync(id);
        (state.Text("status"), state.Json["missing"]!.AsArray().Count, state.Json["fileSize"]!.GetValue<int>()).ShouldBe(("pending", 0, Photo.Length));
        state.Json["parts"]!.AsArray().Select(part => (part!["number"]!.GetValue<int>(), part["size"]!.GetValue<int>())).ShouldBe([(1, PartSize), (2, 7)]);

        var complete = await CompleteAsync(id);
        (complete.Status, complete.Text("status"), complete.Text("key"), complete.Headers["Location"]).ShouldBe((202, "queued", begun.Text("key"), $"/api/assets/{id}"));
        await using var read = await api.Service<StorageAreas>().Incoming.ReadAsync(ObjectKey.Parse(begun.Text("key")), ifMatch: null, default);
        var (info, content) = read.ShouldBeOfType<ReadResult.Found>();
        info.ContentType.ShouldBe("image/jpeg");
        (await SHA256.HashDataAsync(content)).ShouldBe(SHA256.HashData(Photo));
        (await OpenAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_completion_can_be_repeated_also_by_several_requests_at_once()
    {
        var (id, key) = await ArrivedAsync();

        var first = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => CompleteAsync(id)));
        first.ShouldAllBe(answer => answer.Status == 202);
        (await CompleteAsync(id)).Status.ShouldBe(202);
        (await api.PostAsync("/api/upload/confirm", new { key }, _user)).Text("id").ShouldBe(id);

        (await StateAsync(id)).Json["missing"]!.AsArray().ShouldBeEmpty();
        (await api.GetAsync($"/api/assets/{id}/timeline", _user)).Json["events"]!.AsArray().Count(e => e!["kind"]!.ToString() == "confirmed").ShouldBe(1);
        (await SignAsync(id, 1)).Code.ShouldBe("already_confirmed");
        var late = await api.SendAsync("DELETE", $"{Root}/{id}", user: _user);
        (late.Status, late.Code).ShouldBe((409, "already_confirmed"));
    }

    [Fact]
    public async Task Missing_parts_are_named_and_nothing_changes()
    {
        var id = (await BeginAsync()).Text("id");
        foreach (var expected in (int[][])[[1, 2], [1]])
        {
            var early = await CompleteAsync(id);
            (early.Status, early.Code).ShouldBe((409, "parts_missing"));
            early.Json["missing"]!.AsArray().Select(number => number!.GetValue<int>()).ShouldBe(expected);
            (await StateAsync(id)).Json["missing"]!.AsArray().Select(number => number!.GetValue<int>()).ShouldBe(expected);
            if (expected.Length == 2) await PutAsync((await SignAsync(id, 2)).Json["parts"]![0]!);
        }

        (await api.PostAsync("/api/upload/confirm", new { id }, _user)).Code.ShouldBe("upload_missing");
        await PutAsync((await SignAsync(id, 1)).Json["parts"]![0]!);
        (await CompleteAsync(id)).Status.ShouldBe(202);
    }

    /// <summary>The signed URL refuses a wrong length, so it comes by another way.</summary>
    [Fact]
    public async Task A_part_of_a_wrong_size_counts_as_missing()
    {
        var (id, key) = await ArrivedAsync();
        var uploadId = (await OpenAsync(key)).UploadId;
        var url = api.Service<StorageAreas>().Signer.SignPart(ObjectKey.Parse(key), uploadId, 2, 3, TimeSpan.FromMinutes(5));
        await PutAsync(url.Url.AbsoluteUri, [1, 2, 3]);

        var answer = await CompleteAsync(id);

        (answer.Status, answer.Code, answer.Json["missing"]!.ToJsonString()).ShouldBe((409, "parts_missing", "[2]"));
        (await StateAsync(id)).Json["parts"]!.AsArray().Count.ShouldBe(1);
        await PutAsync((await SignAsync(id, 2)).Json["parts"]![0]!);
        (await CompleteAsync(id)).Status.ShouldBe(202);
    }

    [Fact]
    public async Task A_url_takes_no_other_bytes_than_those_of_its_part()
    {
        var id = (await BeginAsync()).Text("id");
        var part = (await SignAsync(id, 2)).Json["parts"]![0]!;

        (await PutAsync(part["url"]!.ToString(), Photo[..8])).ShouldBe(HttpStatusCode.Forbidden);
        (await PutAsync(part["url"]!.ToString().Replace("partNumber=2", "partNumber=1", StringComparison.Ordinal), Photo[..7])).ShouldBe(HttpStatusCode.Forbidden);

        (await StateAsync(id)).Json["parts"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task An_aborted_upload_is_gone_here_and_at_the_store()
    {
        var (id, key) = await ArrivedAsync();

        (await api.SendAsync("DELETE", $"{Root}/{id}", user: _user)).Status.ShouldBe(204);
        (await api.SendAsync("DELETE", $"{Root}/{id}", user: _user)).Status.ShouldBe(204, "it can be repeated");

        foreach (var answer in (HttpAnswer[])[await CompleteAsync(id), await StateAsync(id), await SignAsync(id, 1)])
            (answer.Status, answer.Code).ShouldBe((404, "not_found"));
        (await api.GetAsync($"/api/assets/{id}", _user)).Text("status").ShouldBe("deleted");
        (await OpenAsync()).ShouldBeEmpty();
        (await api.Service<StorageAreas>().Incoming.HeadAsync(ObjectKey.Parse(key), default)).ShouldBeNull();
    }

    [Fact]
    public async Task An_upload_that_the_store_gave_up_says_so()
    {
        var (id, key) = await ArrivedAsync();
        await api.Service<IMultipartUploads>().AbortAsync(ObjectKey.Parse(key), (await OpenAsync(key)).UploadId, default);

        (await CompleteAsync(id)).Code.ShouldBe("multipart_gone");
        (await StateAsync(id)).Code.ShouldBe("multipart_gone");
        (await api.SendAsync("DELETE", $"{Root}/{id}", user: _user)).Status.ShouldBe(204);
    }

    /// <summary>The API died after the store had joined the parts.</summary>
    [Fact]
    public async Task A_file_that_the_store_has_joined_is_confirmed_by_the_next_completion()
    {
        var (id, key) = await ArrivedAsync();
        var uploads = api.Service<IMultipartUploads>();
        var open = await OpenAsync(key);
        await uploads.CompleteAsync(open.Key, open.UploadId, (await uploads.ListPartsAsync(open.Key, open.UploadId, default))!, default);

        (await StateAsync(id)).Json["missing"]!.AsArray().ShouldBeEmpty();
        (await CompleteAsync(id)).Status.ShouldBe(202);
    }

    [Fact]
    public async Task A_presigned_upload_of_a_large_file_can_come_in_parts_with_the_same_id()
    {
        var presigned = await api.PostAsync("/api/upload/presigned-url", Body(), _user);
        presigned.Json["multipart"]!.ToJsonString().ShouldBe($$"""{"partSize":{{PartSize}},"partCount":2}""");
        var id = presigned.Text("id");
        (await StateAsync(id)).Code.ShouldBe("not_multipart");
        (await SignAsync(id, 1)).Code.ShouldBe("not_multipart");

        var begun = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => api.PostAsync(Root, new { id }, _user)));

        begun.Select(answer => (answer.Status, answer.Text("id"), answer.Text("key"))).Distinct().ShouldBe([(200, id, presigned.Text("key"))]);
        begun[0].Headers["RateLimit-Limit"].ShouldBe("3000", "it was counted when it was presigned");
        (await OpenAsync()).Count.ShouldBe(1, "only one of several requests at once begins an upload");
        await PutPartsAsync(id);
        (await CompleteAsync(id)).Status.ShouldBe(202);
        (await api.PostAsync(Root, new { id }, _user)).Code.ShouldBe("already_confirmed");
    }

    [Fact]
    public async Task A_single_put_is_still_a_way_out_for_an_upload_in_parts()
    {
        var (id, _) = await ArrivedAsync();
        var again = await api.PostAsync($"/api/upload/{id}/url", new { }, _user);

        using var body = new ByteArrayContent(Photo) { Headers = { ContentType = new("image/jpeg") } };
        using var put = await Http.PutAsync(Reachable(again.Text("uploadUrl")), body);

        put.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await api.PostAsync("/api/upload/confirm", new { id }, _user)).Status.ShouldBe(202);
        (await CompleteAsync(id)).Status.ShouldBe(202);
    }

    private static object Body() => new { filename = "cat.jpg", contentType = "image/jpeg", fileSize = Photo.Length };

    private Task<HttpAnswer> BeginAsync() => api.PostAsync(Root, Body(), _user);

    private Task<HttpAnswer> SignAsync(string id, params int[] parts) => api.PostAsync($"{Root}/{id}/parts", new { parts }, _user);

    private Task<HttpAnswer> StateAsync(string id) => api.GetAsync($"{Root}/{id}", _user);

    private Task<HttpAnswer> CompleteAsync(string id) => api.PostAsync($"{Root}/{id}/complete", new { }, _user);

    private async Task<(string Id, string Key)> ArrivedAsync()
    {
        var begun = await BeginAsync();
        await PutPartsAsync(begun.Text("id"));
        return (begun.Text("id"), begun.Text("key"));
    }

    private async Task PutPartsAsync(string id)
    {
        foreach (var part in (await SignAsync(id, 1, 2)).Json["parts"]!.AsArray()) (await PutAsync(part!)).ShouldBe(HttpStatusCode.OK);
    }

    private Task<HttpStatusCode> PutAsync(JsonNode part)
    {
        var from = (part["number"]!.GetValue<int>() - 1) * PartSize;
        return PutAsync(part["url"]!.ToString(), Photo[from..(from + part["size"]!.GetValue<int>())]);
    }

    private async Task<HttpStatusCode> PutAsync(string url, byte[] bytes)
    {
        using var response = await Http.PutAsync(Reachable(url), new ByteArrayContent(bytes));
        return response.StatusCode;
    }

    // The disk store's URLs name the address that a proxy would have.
    private Uri Reachable(string url) => new(url.Replace("http://localhost:4000/", api.Address.AbsoluteUri, StringComparison.Ordinal));

    private async Task<IReadOnlyList<OpenUpload>> OpenAsync() => await api.Service<IMultipartUploads>().ListOpenAsync($"uploads/{_user}/", default).ToListAsync();

    private async Task<OpenUpload> OpenAsync(string key) => (await OpenAsync()).Single(open => open.Key.Value == key);
}

[Collection(ApiHostTests.Name)]
public sealed class DiskMultipartTests(ApiHost api) : MultipartContract(api);

[Collection(S3ApiHostTests.Name)]
public sealed class S3MultipartTests(S3ApiHost api) : MultipartContract(api);
