using System.Net;
using System.Security.Cryptography;

namespace Pipeline.Storage.Tests.Contract;

/// <summary>Every rule of <see cref="IMultipartUploads"/> and of the URLs of parts, for every driver.</summary>
public abstract class MultipartUploadsContract
{
    private static readonly HttpClient Http = new();
    private static readonly TimeSpan AWhile = TimeSpan.FromMinutes(5);
    private static readonly byte[] First = RandomNumberGenerator.GetBytes((int)IMultipartUploads.LeastPartBytes);
    private static readonly byte[] Last = [.. "the last part may be short"u8];
    private readonly string _area = $"uploads/{Guid.NewGuid():N}/";

    /// <summary>The uploads to test.</summary>
    protected abstract IMultipartUploads Uploads { get; }

    /// <summary>Signs the URLs of parts.</summary>
    protected abstract IUploadSigner Signer { get; }

    /// <summary>Has the objects that are completed.</summary>
    protected abstract IObjectStore Store { get; }

    private ObjectKey Key => ObjectKey.Parse(_area + "photo.jpg");

    private static WriteOptions Options => new() { ContentType = "image/jpeg", Metadata = new Dictionary<string, string> { ["original-filename"] = "a%20b.jpg" } };

    [Fact]
    public async Task Parts_in_any_order_become_one_object_with_its_type_and_metadata()
    {
        var id = await BeginAsync();
        (await PutAsync(id, 2, Last)).ShouldBe(HttpStatusCode.OK);
        (await PutAsync(id, 1, First)).ShouldBe(HttpStatusCode.OK);

        var parts = await ListAsync(id);
        parts.Select(part => (part.Number, part.Size)).ShouldBe([(1, First.LongLength), (2, Last.LongLength)]);
        (await Uploads.CompleteAsync(Key, id, parts, default)).ShouldBe(CompletionResult.Completed);

        await using var read = await Store.ReadAsync(Key, ifMatch: null, default);
        var (info, content) = read.ShouldBeOfType<ReadResult.Found>();
        (info.Size, info.ContentType, info.Metadata["original-filename"]).ShouldBe((First.LongLength + Last.Length, "image/jpeg", "a%20b.jpg"));
        (await SHA256.HashDataAsync(content)).ShouldBe(SHA256.HashData([.. First, .. Last]));
        (await OpenAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task One_short_part_is_enough()
    {
        var id = await BeginAsync();
        await PutAsync(id, 1, Last);

        (await Uploads.CompleteAsync(Key, id, await ListAsync(id), default)).ShouldBe(CompletionResult.Completed);

        (await Store.HeadAsync(Key, default))!.Size.ShouldBe(Last.Length);
    }

    [Fact]
    public async Task A_url_takes_exactly_the_signed_part_of_the_signed_upload()
    {
        var (id, other) = (await BeginAsync(), await BeginAsync());
        var url = Signer.SignPart(Key, id, 1, Last.Length, AWhile);
        url.Headers.ShouldBeEmpty();

        (await PutAsync(url.Url, Last[1..])).ShouldBe(HttpStatusCode.Forbidden);
        (await PutAsync(url.Url, [.. Last, 1])).ShouldBe(HttpStatusCode.Forbidden);
        (await PutAsync(Changed(url.Url, "partNumber=1", "partNumber=2"), Last)).ShouldBe(HttpStatusCode.Forbidden);
        (await PutAsync(Changed(url.Url, Uri.EscapeDataString(id), Uri.EscapeDataString(other)), Last)).ShouldBe(HttpStatusCode.Forbidden);

        (await ListAsync(id)).ShouldBeEmpty();
        (await ListAsync(other)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_answer_to_a_part_has_the_entity_tag_that_the_list_has()
    {
        var id = await BeginAsync();
        using var request = new HttpRequestMessage(HttpMethod.Put, Signer.SignPart(Key, id, 7, Last.Length, AWhile).Url) { Content = new ByteArrayContent(Last) };
        using var response = await Http.SendAsync(request);

        (await ListAsync(id)).ShouldHaveSingleItem().ShouldBe(new UploadedPart(7, Last.Length, response.Headers.ETag!.Tag.Trim('"')));
    }

    [Fact]
    public async Task A_part_that_was_replaced_since_the_list_makes_no_object()
    {
        var id = await BeginAsync();
        await PutAsync(id, 1, Last);
        var listed = await ListAsync(id);
        await PutAsync(id, 1, [.. Last, 1]);

        (await Uploads.CompleteAsync(Key, id, listed, default)).ShouldBe(CompletionResult.Changed);

        (await Store.HeadAsync(Key, default)).ShouldBeNull();
        (await Uploads.CompleteAsync(Key, id, await ListAsync(id), default)).ShouldBe(CompletionResult.Completed);
    }

    [Fact]
    public async Task An_aborted_upload_is_gone_and_takes_no_part()
    {
        var id = await BeginAsync();
        await PutAsync(id, 1, Last);
        var listed = await ListAsync(id);

        await Uploads.AbortAsync(Key, id, default);
        await Uploads.AbortAsync(Key, id, default);

        (await Uploads.ListPartsAsync(Key, id, default)).ShouldBeNull();
        (await Uploads.CompleteAsync(Key, id, listed, default)).ShouldBe(CompletionResult.Missing);
        (await PutAsync(id, 1, Last)).ShouldBe(HttpStatusCode.NotFound);
        (await Store.HeadAsync(Key, default)).ShouldBeNull();
        (await OpenAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("../objects")]
    [InlineData("00ff00ff00ff00ff")]
    public async Task An_id_that_no_upload_has_is_missing(string id)
    {
        (await Uploads.ListPartsAsync(Key, id, default)).ShouldBeNull();
        (await Uploads.CompleteAsync(Key, id, [new UploadedPart(1, 1, "0123456789abcdef0123456789abcdef")], default)).ShouldBe(CompletionResult.Missing);
        await Uploads.AbortAsync(Key, id, default);
    }

    [Fact]
    public async Task An_upload_belongs_to_one_key()
    {
        var id = await BeginAsync();
        await PutAsync(id, 1, Last);
        var other = ObjectKey.Parse(_area + "other.jpg");

        (await Uploads.ListPartsAsync(other, id, default)).ShouldBeNull();
        await Uploads.AbortAsync(other, id, default);

        (await ListAsync(id)).Count.ShouldBe(1);
        await Uploads.AbortAsync(Key, id, default);
    }

    [Fact]
    public async Task Open_uploads_are_listed_by_prefix_with_their_keys()
    {
        var (first, second) = (await BeginAsync(), await BeginAsync());

        var open = await OpenAsync();
        open.Select(upload => (upload.Key, upload.UploadId)).ShouldBe([(Key, first), (Key, second)], ignoreOrder: true);
        (await Uploads.ListOpenAsync($"uploads/{Guid.NewGuid():N}/", default).ToListAsync()).ShouldBeEmpty();

        foreach (var upload in open) await Uploads.AbortAsync(upload.Key, upload.UploadId, default);
        (await OpenAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Several_completions_at_once_make_one_whole_object()
    {
        var id = await BeginAsync();
        await Task.WhenAll(PutAsync(id, 1, First), PutAsync(id, 2, Last));
        var parts = await ListAsync(id);

        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Uploads.CompleteAsync(Key, id, parts, default))));

        results.ShouldContain(CompletionResult.Completed);
        results.ShouldAllBe(result => result == CompletionResult.Completed || result == CompletionResult.Missing);
        (await Store.HeadAsync(Key, default))!.Size.ShouldBe(First.Length + Last.Length);
        (await OpenAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task More_parts_than_one_page_of_the_list_has_are_all_listed()
    {
        var id = await BeginAsync();
        foreach (var some in Enumerable.Range(1, 1_003).Chunk(50)) (await Task.WhenAll(some.Select(number => PutAsync(id, number, [1])))).ShouldAllBe(status => status == HttpStatusCode.OK);

        (await ListAsync(id)).Select(part => part.Number).ShouldBe(Enumerable.Range(1, 1_003));

        await Uploads.AbortAsync(Key, id, default);
    }

    private Task<string> BeginAsync() => Uploads.CreateAsync(Key, Options, default);

    private async Task<IReadOnlyList<UploadedPart>> ListAsync(string id) => (await Uploads.ListPartsAsync(Key, id, default)).ShouldNotBeNull();

    private async Task<List<OpenUpload>> OpenAsync() => await Uploads.ListOpenAsync(_area, default).ToListAsync();

    private Task<HttpStatusCode> PutAsync(string id, int number, byte[] bytes) => PutAsync(Signer.SignPart(Key, id, number, bytes.Length, AWhile).Url, bytes);

    private static async Task<HttpStatusCode> PutAsync(Uri url, byte[] bytes)
    {
        using var response = await Http.PutAsync(url, new ByteArrayContent(bytes));
        return response.StatusCode;
    }

    private static Uri Changed(Uri url, string from, string to)
    {
        url.Query.ShouldContain(from);
        return new Uri(url.AbsoluteUri.Replace(from, to, StringComparison.Ordinal));
    }
}
