using System.Security.Cryptography;
using System.Text;
using Pipeline.AllInOne.Embedding;

namespace Pipeline.AllInOne.SignIn;

/// <summary>The key that proves that a request comes from a user who can read the data folder, not through a relay on this machine.</summary>
internal sealed class TokenKey
{
    /// <summary>The file in the data folder, readable by its owner only.</summary>
    public const string FileName = "token-key";

    private readonly byte[] _key;

    public TokenKey(string dataFolder) => _key = Encoding.UTF8.GetBytes(SecretFile.ReadOrMake(Path.Combine(dataFolder, FileName)));

    public bool Is(string? claimed) => claimed is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(claimed), _key);
}
