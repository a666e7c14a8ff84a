import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.apache.jena.query.Query;
import org.apache.jena.query.QueryFactory;
import org.apache.jena.query.ResultSetFormatter;
import org.apache.jena.rdf.model.Model;
import org.apache.jena.riot.Lang;
import org.apache.jena.riot.RDFDataMgr;
import org.apache.jena.sparql.exec.http.QueryExecutionHTTP;
import org.apache.jena.sparql.exec.http.QuerySendMode;
import org.eclipse.rdf4j.query.resultio.sparqlxml.SPARQLResultsXMLWriter;
import org.eclipse.rdf4j.repository.sparql.SPARQLRepository;
import org.eclipse.rdf4j.rio.ntriples.NTriplesWriter;

/**
 * Asks the endpoint at an address: a line is a client, a space and a query in Base64; the answer is a line in Base64,
 * rows in XML, a boolean as a word, a graph in N-Triples, or what went wrong.
 */
public class AskEndpoint {
  public static void main(String[] arguments) throws Exception {
    var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      var parts = line.split(" ", 2);
      var text = new String(Base64.getDecoder().decode(parts[1]), StandardCharsets.UTF_8);
      var output = new ByteArrayOutputStream();
      try {
        if (parts[0].equals("rdf4j")) askByRdf4j(arguments[0], text, output);
        else askByJena(arguments[0], text, QuerySendMode.valueOf(parts[0]), output);
      } catch (Exception error) {
        output.reset();
        output.writeBytes(("error " + error).getBytes(StandardCharsets.UTF_8));
      }
      System.out.println(Base64.getEncoder().encodeToString(output.toByteArray()));
      System.out.flush();
    }
  }

  private static void askByJena(String address, String text, QuerySendMode mode, ByteArrayOutputStream output) {
    Query query = QueryFactory.create(text);
    try (var asked = QueryExecutionHTTP.service(address).query(query).sendMode(mode).build()) {
      if (query.isSelectType()) {
        ResultSetFormatter.outputAsXML(output, asked.execSelect());
      } else if (query.isAskType()) {
        output.writeBytes(String.valueOf(asked.execAsk()).getBytes(StandardCharsets.UTF_8));
      } else {
        Model graph = query.isConstructType() ? asked.execConstruct() : asked.execDescribe();
        RDFDataMgr.write(output, graph, Lang.NTRIPLES);
      }
    }
  }

  private static void askByRdf4j(String address, String text, ByteArrayOutputStream output) {
    Query query = QueryFactory.create(text);
    var repository = new SPARQLRepository(address);
    try (var connection = repository.getConnection()) {
      if (query.isSelectType()) {
        connection.prepareTupleQuery(text).evaluate(new SPARQLResultsXMLWriter(output));
      } else if (query.isAskType()) {
        boolean found = connection.prepareBooleanQuery(text).evaluate();
        output.writeBytes(String.valueOf(found).getBytes(StandardCharsets.UTF_8));
      } else {
        connection.prepareGraphQuery(text).evaluate(new NTriplesWriter(output));
      }
    } finally {
      repository.shutDown();
    }
  }
}
