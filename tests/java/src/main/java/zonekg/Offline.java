package zonekg;

import java.io.File;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.semanticweb.owlapi.model.IRI;
import org.semanticweb.owlapi.model.OWLOntologyIRIMapper;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Sends every ontology IRI to the file that an OASIS catalogue names, and every other one to a file that is not there. */
final class Offline implements OWLOntologyIRIMapper {
    /** What addresses of this machine begin with; they need no network. */
    static final String HERE = "http://127.0.0.1:";
    private static final long serialVersionUID = 1L;
    private final Map<String, URI> files = new HashMap<>();

    /** Reads a catalogue as Protégé writes it; the files' addresses are relative to it. */
    static Offline ofCatalog(File catalog) {
        Offline offline = new Offline();
        try {
            NodeList entries = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(catalog)
                    .getElementsByTagName("uri");
            for (int i = 0; i < entries.getLength(); i++) {
                Element entry = (Element) entries.item(i);
                offline.files.put(entry.getAttribute("name"), catalog.toURI().resolve(entry.getAttribute("uri")));
            }
        } catch (Exception error) {
            throw new IllegalArgumentException(catalog + ": not a catalogue: " + error.getMessage(), error);
        }
        return offline;
    }

    @Override
    public IRI getDocumentIRI(IRI ontology) {
        if (ontology.toString().startsWith("file:") || ontology.toString().startsWith(HERE)) {
            return ontology;
        }
        URI file = files.get(ontology.toString());
        return file != null ? IRI.create(file) : IRI.create("file:/no-network/" + Integer.toHexString(ontology.hashCode()));
    }
}
